import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { userCache } from "../../../../src/terminal/call/userCache.ts";
import { temporaryFolder } from "../../../support/git/temporaryRepository.ts";

describe("the folder for what is quicker to keep", () => {
  it("is the person's own, made for nobody else to write", () => {
    const home = temporaryFolder();
    assert.equal(userCache({ HOME: home }, "linux"), join(home, ".cache/dropclock"));
    assert.equal(statSync(join(home, ".cache/dropclock")).mode & 0o777, 0o700);
    assert.equal(userCache({ HOME: home }, "darwin"), join(home, "Library/Caches/dropclock"));
    assert.equal(userCache({ HOME: "/nowhere", XDG_CACHE_HOME: home }, "linux"), join(home, "dropclock"));
    assert.equal(userCache({ LOCALAPPDATA: home }, "win32"), join(home, "dropclock"));
  });

  it("is none where somebody else may have written, or may put another in its place", function () {
    if (process.platform === "win32") this.skip();
    const open = join(temporaryFolder(), "open");
    mkdirSync(open);
    for (const mode of [0o777, 0o775, 0o1777]) {
      const own = join(open, `cache-${mode}`, "dropclock");
      mkdirSync(own, { recursive: true });
      chmodSync(own, mode);
      assert.equal(
        userCache({ XDG_CACHE_HOME: join(own, "..") }),
        null,
        `its own mode is ${mode.toString(8)}`,
      );
    }
    const within = join(open, "within");
    chmodSync(open, 0o777);
    assert.equal(userCache({ XDG_CACHE_HOME: within }), null, "a folder above it is everybody's");
    chmodSync(open, 0o1777);
    assert.equal(userCache({ XDG_CACHE_HOME: within }), join(within, "dropclock"), "as in /tmp");
    mkdirSync(join(within, "other"));
    symlinkSync(open, join(within, "other/dropclock"));
    assert.equal(userCache({ XDG_CACHE_HOME: join(within, "other") }), null, "a link to everybody's folder");
  });

  it("is none in a pipeline, where one run would go by what another has left", () => {
    const home = temporaryFolder();
    for (const variable of [{ CI: "true" }, { TF_BUILD: "True" }, { JENKINS_URL: "http://ci" }])
      assert.equal(userCache({ HOME: home, ...variable }, "linux"), null);
    assert.ok(!existsSync(join(home, ".cache")));
  });

  it("is none where none can be made, and where none is named", () => {
    assert.equal(userCache({ XDG_CACHE_HOME: "/dev/null" }, "linux"), null);
    assert.equal(userCache({ XDG_CACHE_HOME: "relative" }, "linux"), null);
    assert.equal(userCache({}, "win32"), null);
  });
});
