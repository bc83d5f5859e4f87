import assert from "node:assert/strict";
import { isNamed, readHeading } from "../../../../src/documents/changelog/changelogText.ts";

const named = (heading: string, tag: string) => isNamed(readHeading(heading), tag);

describe("the heading of a version", () => {
  for (const [heading, ...tags] of [
    ["1.2.0", "1.2.0", "v1.2.0", "cart-v1.2.0", "release/1.2.0", "cart@1.2.0"],
    ["v1.2.0 (2024-01-02)", "v1.2.0", "1.2.0"],
    ["[1.2.0] - 2024-01-02", "v1.2.0"],
    ["[1.2.0](https://x.test/compare/v1.1.0...v1.2.0) (2024-01-02)", "v1.2.0"],
    ["[1.2.0](https://x.test/compare/v1.1.0...v1.2.0) - 2024-01-02", "v1.2.0"],
    ["[1.2.0][] (2024-01-02)", "v1.2.0"],
    ["\\[1.2.0] 2024-01-02", "v1.2.0"],
    ["2.45.0 / 2023-06-23", "v2.45.0"],
    ["[1.45.0/0.67.0/0.21.0] 2026-05-01", "v1.45.0", "exporters/otlp/v0.67.0", "v0.21.0"],
    ["v1.45.0 / v0.67.0", "v1.45.0", "v0.67.0"],
    ["1.45.0, 0.67.0 and 0.21.0", "v0.67.0", "v0.21.0"],
    ['<a name="1.2.0"></a>1.2.0 (2024-01-02)', "v1.2.0"],
    ["**1.2.0**", "v1.2.0"],
    ["`v1.2.0`", "v1.2.0"],
    ["Version 1.2.0", "v1.2.0"],
    ["Release Notes for v1.2.0", "v1.2.0"],
    ["What’s new in 1.2.0", "v1.2.0"],
    [":rocket: 🚀 v1.2.0", "v1.2.0"],
    ["1.2.0: The Big One", "v1.2.0"],
    ["1.2.0 — The Big One", "v1.2.0"],
    ["Checkout 1.2.0 (Jan 2, 2024)", "v1.2.0"],
    ["Checkout 1.2.0 - January 2nd, 2024", "v1.2.0"],
    ["2024-01-02, Version 20.11.0 'Iron' (LTS), @ana", "v20.11.0"],
    ["pay@1.2.0", "pay@1.2.0", "pay/v1.2.0", "services/pay/v1.2.0", "v1.2.0"],
    ["@acme/pay@1.2.0 (2024-01-02)", "@acme/pay@1.2.0", "pay-v1.2.0"],
    ["pay v1.2.0", "pay-v1.2.0", "services/pay/v1.2.0"],
    ["drop-2", "drop-2"],
    ["[drop-2] - 2026-11-23 [YANKED]", "drop-2"],
    ["[v1.2.0] - 2026-11-23 (assumed)", "v1.2.0"],
    ["Drop drop-2", "drop-2"],
    ["Drop 2", "drop-2", "drop_2"],
    ["🚀 Drop #02: discounts (2026-11-23)", "drop-2"],
    ["Release 7", "release/7"],
    ["v2 (2024-01-02)", "v2"],
    ["2026-11-23", "drop-2026-11-23", "2026-11-23"],
    ["Release 2026.11.23", "v2026.11.23"],
    ["1.2.0-rc.1", "v1.2.0-rc.1"],
  ] as const) {
    for (const tag of tags) it(`“${heading}” is that of ${tag}`, () => assert.ok(named(heading, tag)));
  }

  for (const [heading, ...tags] of [
    ["1.2.0-rc.1", "v1.2.0"],
    ["1.2.0", "v1.2.0-rc.1", "v1.2", "v1.2.0.1", "v11.2.0"],
    ["[1.2.0](https://x.test/compare/v1.1.0...v1.2.0)", "v1.1.0"],
    ["Upgrading from 1.1.0 to 1.2.0", "v1.1.0", "v1.2.0"],
    ["1.2.0 (replaces 1.1.0)", "v1.1.0"],
    ["1.2.0 (1.1.0 was yanked)", "v1.1.0"],
    ["Node 18.0 support dropped", "v18.0"],
    ["pay 1.2.0", "cart-v1.2.0"],
    ["pay@1.2.0", "cart@1.2.0"],
    ["drop-20", "drop-2"],
    ["Drop 2 columns", "drop-2"],
    ["Drop 2.1", "drop-2"],
    ["Drop 20", "drop-2"],
    ["1.2.0 / 2026-11-23", "drop-2026-11-23"],
    ["Added", "v1.2.0"],
  ] as const) {
    for (const tag of tags) it(`“${heading}” is not that of ${tag}`, () => assert.ok(!named(heading, tag)));
  }
});
