import type { SignalView } from "../../app/watch/watchNews.ts";
import { plainText } from "../../domain/text/plainText.ts";
import { commandId } from "../model/ids.ts";
import { type NamedSecret, secretOf } from "../model/signalSecrets.ts";
import { Row, type Scene, treeItem } from "./row.ts";
import { type SignalFace, signalFace } from "./signalFace.ts";

/** One signal while it is watched. */
export class SignalRow extends Row {
  readonly #name: string;
  #scene: Scene;
  #view: SignalView;

  constructor(id: string, scene: Scene, view: SignalView) {
    super(id);
    this.#name = view.signal.name;
    this.#scene = scene;
    this.#view = view;
  }

  /** The secret that it is read with. */
  get secret(): NamedSecret | null {
    return secretOf(this.#view.signal);
  }

  item() {
    const { icon, color, description, tooltip, spoken } = this.#face();
    const trouble = this.#view.found?.secret ?? null;
    const [root, secret] = [this.#scene.project.project.root, this.secret];
    return treeItem(this.id, {
      label: plainText(this.#name, 60),
      description,
      icon,
      color,
      tooltip: { markdown: tooltip },
      spoken,
      context: ["signal", secret === null ? "open" : trouble === null ? "secret" : "locked"],
      ...(trouble !== null && secret !== null
        ? {
            command: {
              title: "Set Signal Secret…",
              command: commandId("setSignalSecret"),
              arguments: [{ root, secret }],
            },
          }
        : {}),
    });
  }

  override tick(scene: Scene): boolean {
    const before = this.#face().description;
    const views = scene.project.watch.view?.signals ?? [];
    this.#scene = scene;
    this.#view = views.find(({ signal }) => signal.name === this.#name) ?? this.#view;
    return before !== this.#face().description;
  }

  #face(): SignalFace {
    return signalFace(this.#view, this.#scene.now);
  }
}
