import type { Place, PolicyProblem } from "../../../src/domain/policy/policy.ts";

/** The policy of the design, in full. */
export const FULL_POLICY = `version: 1
service: Checkout                # used in documents and customer updates
drops:
  tags: "drop-*"                 # glob on tag names
  branch: main                   # default: the remote's default branch, else the current one
  adoption: 4                    # how many newest drops the scorecard judges
targets:                         # a duration is 30m, 2h, 1h30m, 3d, 2w or ISO 8601 (PT30M); null = no clock
  critical: { detect: 30m, mitigate: 2h, update: 1h, postmortem: 72h }
  major:    { detect: 2h,  mitigate: 8h, update: 4h, postmortem: 5d }
  minor:    { detect: 1d,  mitigate: 3d, update: null, postmortem: null }
warnAt: [0.5, 0.8]               # shares of a target at which people are warned, once each
calendar: always                 # or working hours; clocks then run only inside them
# calendar:
#   timeZone: Europe/Oslo
#   hours: { mon-thu: ["09:00-12:00", "12:30-17:00"], fri: ["09:00-15:00"] }
#   holidays: [2026-12-25]
#   for: [update, postmortem]    # which clocks it binds; the rest run always. Default: all
updates: { every: 1h }           # while an incident is open and customers have been told, the next update is due (null: never)
council: { members: [ana@example.com, bo@example.com, cy@example.com], quorum: 2, from: high, signed: false }
risk:
  - { paths: ["migrations/**"], level: high, because: schema change }
  - { lines: 800, level: medium, because: large drop }
stages:                          # exposure, in order; a drop may enter a stage once it has soaked in the one before
  - { name: testbed, soak: 30m }
  - { name: broad }
signals:
  - name: checkout errors
    impact: user                 # user | infrastructure
    prometheus: { url: "http://localhost:9090", query: "sum(rate(checkout_errors_total[5m])) / sum(rate(checkout_requests_total[5m]))" }
    breach: "> 0.02"             # one of > >= < <= == != and a number
    for: 5m                      # it must hold for so long; one calm reading starts it again
    every: 15s
    noData: error                # calm | breach | error: what an empty answer means
    errors: 4                    # so many failed readings in a row make the signal \`error\`, which is shown and never counts as calm
    then: propose                # notify | open | propose (open, and offer the undo) | rollback (open, and undo)
    severity: critical
  - name: pages
    alertmanager: { url: "http://localhost:9093", matchers: ["service=\\"checkout\\""] }
    then: open
flags:
  file: flags.flagd.json         # an OpenFeature flagd definition
  metrics: { new-checkout: checkout_conversion }   # flag key -> business metric
rollback:
  steps:                         # in order; the first that fails stops the undo and says what was and was not done.
                                 # default: revert, with push and pull request where there is a remote
    - flags: [new-checkout]      # switch off in flags.file
    - revert: { push: true, pullRequest: true }
    - run: "./deploy.sh {{ previous.tag }}"
    - verify: [checkout errors]  # wait until the signals are calm
  checks: ["npm test"]           # what a rehearsal runs in its worktree
  keep: [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"]   # an undo never takes the record back
drills: { every: 90d }
documents:
  postmortems: docs/postmortems
  runbooks: docs/runbooks
  updates: docs/updates
  changelog: CHANGELOG.md
  public: public/incidents
publish: { url: "https://status.example.com/incidents/" }
changelog: { skip: ["^chore\\\\(deps\\\\)", "^release:"], authors: false }   # patterns on subjects; sections by type may be renamed
ledger: { remote: origin, sync: 15s }   # how often to look at the remote while an incident is open; null remote: never share
`;

/** A text in which «» mark where a problem must be, without the marks, and that place. */
export function marked(text: string): { text: string; place: Place } {
  const from = text.indexOf("«");
  const to = text.indexOf("»");
  if (from < 0 || to < from) throw new Error(`no marks in ${text}`);
  const plain = text.replace("«", "").replace("»", "");
  return { text: plain, place: { ...start(plain, from), ...end(plain, to - 1) } };
}

/** The text after a quick fix. */
export function applyFix(text: string, { fix }: PolicyProblem): string {
  if (!fix) throw new Error("there is no fix");
  const { line, column, endLine, endColumn } = fix.place;
  return text.slice(0, offset(text, line, column)) + fix.text + text.slice(offset(text, endLine, endColumn));
}

function offset(text: string, line: number, column: number): number {
  const before = text.split("\n").slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

function start(text: string, at: number): { line: number; column: number } {
  const lines = text.slice(0, at).split("\n");
  return { line: lines.length, column: lines.at(-1)!.length + 1 };
}

function end(text: string, at: number): { endLine: number; endColumn: number } {
  const { line, column } = start(text, at);
  return { endLine: line, endColumn: column };
}
