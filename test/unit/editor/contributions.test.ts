import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { MILESTONE_NAMES, MILESTONES } from "../../../src/domain/policy/terms.ts";
import {
  ACTIONS_VIEW,
  COLORS,
  COMMAND_NAMES,
  CONTAINER,
  CONTEXTS,
  commandId,
  ROW_KINDS,
  SETTINGS,
  VIEW,
  WALKTHROUGH,
} from "../../../src/editor/model/ids.ts";
import { markCommand } from "../../../src/editor/model/milestones.ts";
import { inProject } from "../../support/folders/projectRoot.ts";

const manifest = JSON.parse(readFileSync(inProject("package.json"), "utf8"));
const { contributes } = manifest;
const text = JSON.stringify(manifest);
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();

describe("contributions to VS Code", () => {
  it("names the same commands as the code", () => {
    const contributed = contributes.commands.map(({ command }: { command: string }) => command);
    assert.deepEqual([...contributed].sort(), COMMAND_NAMES.map(commandId).sort());
  });

  it("gives each command a title, the category and an icon that exists", () => {
    const codicons = readFileSync(inProject("node_modules/@vscode/codicons/dist/codicon.csv"), "utf8");
    for (const { command, title, category, icon } of contributes.commands) {
      assert.ok(title, command);
      assert.equal(category, "Dropclock");
      const name = /^\$\(([\w-]+)\)$/.exec(icon)?.[1];
      assert.match(codicons, new RegExp(`^${name},`, "m"), command);
    }
  });

  it("uses only commands of its own or of VS Code itself", () => {
    const ours = new Set<string>(COMMAND_NAMES.map(commandId));
    const used = [...text.matchAll(/"command":"([\w.]+)"/g), ...text.matchAll(/command:([\w.]+)/g)];
    const foreign = sorted(used.map(([, id]) => id!)).filter((id) => !ours.has(id));
    const ofTheEditor = [
      "dropclock.release.focus",
      "git.init",
      "workbench.action.files.openFolder",
      "workbench.trust.manage",
    ];
    assert.deepEqual(foreign, ofTheEditor);
  });

  it("names the same view, container, colours and walkthrough as the code", () => {
    assert.deepEqual(Object.keys(contributes.views), [CONTAINER]);
    assert.deepEqual(
      contributes.views[CONTAINER].map(({ id }: { id: string }) => id),
      [VIEW, ACTIONS_VIEW],
    );
    assert.equal(contributes.viewsContainers.activitybar[0].id, CONTAINER);
    assert.equal(contributes.walkthroughs[0].id, WALKTHROUGH);
    assert.deepEqual(sorted(contributes.colors.map(({ id }: { id: string }) => id)), sorted(COLORS));
  });

  it("uses the context keys that the code sets, all of them", () => {
    const clauses = [...text.matchAll(/"(?:when|enablement)":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, clause]) => clause!,
    );
    const keys = clauses.flatMap((clause) => clause.match(/dropclock\.\w+/g) ?? []);
    const events = text.match(/(?<=onContext:)dropclock\.\w+/g) ?? [];
    assert.deepEqual(
      sorted([...keys, ...events].filter((key) => key !== VIEW && key !== ACTIONS_VIEW)),
      sorted(CONTEXTS),
    );
  });

  it("has menus for the kinds of row that the code makes, and for no other", () => {
    const clauses = contributes.menus["view/item/context"].map(({ when }: { when: string }) => when);
    const kinds = clauses.map((when: string) => /viewItem =~ \/\^(\w+)/.exec(when)![1]!);
    assert.deepEqual(sorted(kinds), sorted(ROW_KINDS));
  });

  // Without a pointer nobody reaches the buttons of a row; the context menu opens by a key.
  it("has each button of a row in the row's context menu as well", () => {
    const entries: { command: string; when: string; group: string }[] =
      contributes.menus["view/item/context"];
    const shape = (when: string) => /^(.*) && viewItem =~ \/(.*)\/$/.exec(when)!.slice(1) as [string, string];
    const isButton = ({ group }: { group: string }) => group.startsWith("inline");
    const missing = entries.filter(isButton).flatMap(({ command, when }) => {
      const [view, pattern] = shape(when);
      const menus = entries.filter((entry) => entry.command === command && !isButton(entry));
      const inMenu = (row: string) =>
        menus.some((entry) => shape(entry.when)[0] === view && new RegExp(shape(entry.when)[1]).test(row));
      return rowsLike(pattern).flatMap((row) => (inMenu(row) ? [] : [`${command} on ${row}`]));
    });
    assert.deepEqual(missing, []);
  });

  it("shows each milestone by one title and one icon everywhere", () => {
    for (const milestone of MILESTONE_NAMES) {
      const contributed = contributes.commands.find(
        ({ command }: { command: string }) => command === commandId(markCommand(milestone)),
      );
      assert.equal(contributed.title, MILESTONES[milestone].button);
      assert.equal(contributed.icon, `$(${MILESTONES[milestone].icon})`);
    }
  });

  it("has the settings of the code, with the same defaults", () => {
    const { properties } = contributes.configuration;
    const defaults = Object.entries(SETTINGS).map(([name, value]) => [`dropclock.${name}`, value]);
    const contributed = Object.entries<{ default: unknown }>(properties).map(([name, each]) => [
      name,
      each.default,
    ]);
    assert.deepEqual(contributed.sort(), defaults.sort());
    // A repository must not choose the program that is run.
    assert.equal(properties["dropclock.git.path"].scope, "machine");
    const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.deepEqual(restrictedConfigurations, ["dropclock.git.path"]);
  });

  it("leaves no command out of reach: what the palette hides is in a menu", () => {
    const { commandPalette, ...menus } = contributes.menus;
    const inMenus = new Set(
      Object.values<{ command?: string }[]>(menus).flatMap((entries) =>
        entries.map(({ command }) => command),
      ),
    );
    const rows = ["showUndoConflicts", "showIncident", "clearChannelSecret"].map((name) =>
      commandId(name as "showIncident"),
    );
    const hidden: string[] = commandPalette.map(({ command }: { command: string }) => command);
    assert.deepEqual(
      hidden.filter(
        (command) => !inMenus.has(command) && !rows.includes(command as "dropclock.showIncident"),
      ),
      [],
    );
    const submenus: string[] = contributes.submenus.map(({ id }: { id: string }) => id);
    for (const id of submenus) assert.ok(menus[id].length > 1, id);
    const used = menus["view/item/context"].flatMap(({ submenu }: { submenu?: string }) => submenu ?? []);
    assert.deepEqual(sorted(used), sorted(submenus));
  });

  it("points at files that are there", () => {
    const files = [...text.matchAll(/"(?:\.\/)?(media\/[\w./-]+)"/g)].map(([, path]) => path!);
    assert.ok(files.length >= 7);
    for (const path of sorted(files)) assert.ok(existsSync(inProject(path)), path);
  });
});

/** The contexts of the rows that a clause of a menu is for, with a word for each that it leaves open. */
function rowsLike(pattern: string): string[] {
  const alternatives = /\(([^()]*)\)/.exec(pattern);
  if (!alternatives) return [pattern.replace(/^\^|\$$/g, "").replace(/\\w\+|\.\*/g, "any")];
  return alternatives[1]!.split("|").flatMap((word) => rowsLike(pattern.replace(alternatives[0], word)));
}
