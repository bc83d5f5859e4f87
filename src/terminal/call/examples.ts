/** A call, and what it is for. */
export type Example = readonly [call: string, purpose: string];

/** Two calls of every command, as its help shows them. Each is one that the command takes. */
export const EXAMPLES: Readonly<Record<string, readonly [Example, Example]>> = {
  init: [
    ["dropclock init", "write .dropclock/policy.yaml and the templates"],
    ["dropclock init --pipeline github", "the workflow with gate, watch and public pages"],
  ],
  "policy check": [
    ["dropclock policy check", "before the policy is committed"],
    ["dropclock policy check --json", "the same for a pipeline"],
  ],
  "policy show": [
    ["dropclock policy show", "what is in force, and from where"],
    ["dropclock policy show --json", "with every default filled in"],
  ],
  "policy schema": [
    ["dropclock policy schema", "print the JSON Schema"],
    ["dropclock policy schema --json", "the same, on one line"],
  ],
  status: [
    ["dropclock status", "what needs attention now"],
    ["dropclock status --at 2026-11-23T10:04Z", "how it stood then"],
  ],
  "incident open": [
    ['dropclock incident open --title "Checkout fails"', "a critical incident, caused by the current drop"],
    [
      'dropclock incident open --title "Slow" --severity major --started "25m ago"',
      "impact began before it was seen",
    ],
  ],
  "incident mark": [
    [
      'dropclock incident mark 2026-11-23-checkout-5xx mitigated --text "rolled back"',
      "stop the clock for mitigation",
    ],
    ['dropclock incident mark 2026-11-23-checkout-5xx acknowledged --at "10m ago"', "entered late"],
  ],
  "incident severity": [
    [
      'dropclock incident severity 2026-11-23-checkout-5xx major --why "few users"',
      "from now on by the targets for major",
    ],
    ["dropclock incident severity 2026-11-23-checkout-5xx minor --why typo --json", "the same for a script"],
  ],
  "incident pause": [
    ['dropclock incident pause 2026-11-23-checkout-5xx --why "waiting for the bank"', "pause its clocks"],
    [
      'dropclock incident pause 2026-11-23-checkout-5xx --why "waiting" --at "1h ago"',
      "they have stood still for an hour",
    ],
  ],
  "incident resume": [
    ['dropclock incident resume 2026-11-23-checkout-5xx --why "the bank answered"', "resume its clocks"],
    [
      'dropclock incident resume 2026-11-23-checkout-5xx --why done --at "1h ago"',
      "they have run for an hour",
    ],
  ],
  "incident reopen": [
    ['dropclock incident reopen 2026-11-23-checkout-5xx --why "errors are back"', "start a new round"],
    [
      'dropclock incident reopen 2026-11-23-checkout-5xx --why "again" --at "5m ago"',
      "they came back five minutes ago",
    ],
  ],
  "incident own": [
    ["dropclock incident own 2026-11-23-checkout-5xx", "lead it yourself"],
    ['dropclock incident own 2026-11-23-checkout-5xx "Bo <bo@example.com>"', "hand it over"],
  ],
  "incident note": [
    ["dropclock incident note 2026-11-23-checkout-5xx restarted the cache", "add a line to the timeline"],
    [
      'dropclock incident note 2026-11-23-checkout-5xx "errors fall" --at "10m ago"',
      "a line for ten minutes ago",
    ],
  ],
  "incident paste": [
    ["dropclock incident paste 2026-11-23-checkout-5xx < chat.txt", "lines of a chat, each at its own time"],
    [
      "dropclock incident paste 2026-11-23-checkout-5xx --zone Europe/Oslo < app.log",
      "its times carry no zone",
    ],
  ],
  "incident summary": [
    ["dropclock incident summary 2026-11-23-checkout-5xx", "what the public may read"],
    ['dropclock incident summary 2026-11-23-checkout-5xx --impact "Payments failed"', "say who was affected"],
  ],
  "incident retract": [
    [
      'dropclock incident retract 2026-11-23-checkout-5xx 01KB3Y7T4N --why "wrong id"',
      "strike out one entry",
    ],
    ["dropclock incident retract 2026-11-23-checkout-5xx 3Y7T4N --why typo --json", "an entry by its ending"],
  ],
  "incident repolicy": [
    ['dropclock incident repolicy 2026-11-23-checkout-5xx --why "wrong targets"', "apply the current policy"],
    ['dropclock incident repolicy 2026-11-23-checkout-5xx --why "new hours" --json', "the same for a script"],
  ],
  "incident show": [
    ["dropclock incident show 2026-11-23-checkout-5xx", "its clocks and its timeline"],
    ["dropclock incident show 2026-11-23-checkout-5xx --at 2026-11-23T11:00Z", "as of 11:00"],
  ],
  "incident list": [
    ["dropclock incident list", "those that are not closed"],
    ["dropclock incident list --all --json", "all of them, for a script"],
  ],
  postmortem: [
    ["dropclock postmortem 2026-11-23-checkout-5xx", "write its file, and print the path"],
    ["dropclock postmortem 2026-11-23-checkout-5xx --refresh", "update the generated parts of the file"],
  ],
  runbook: [
    ["dropclock runbook", "for the current drop"],
    ["dropclock runbook drop-42 --refresh", "update the generated parts of one that is there"],
  ],
  update: [
    ["dropclock update 2026-11-23-checkout-5xx", "write the next update, and print the path"],
    ["dropclock update 2026-11-23-checkout-5xx --send status-page", "send it, after a preview"],
  ],
  actions: [
    ["dropclock actions", "by owner"],
    ["dropclock actions --overdue", "fail a nightly job while any is overdue"],
  ],
  "drop list": [
    ["dropclock drop list", "newest first"],
    ["dropclock drop list --json", "the same for a script"],
  ],
  "drop show": [
    ["dropclock drop show", "the current drop"],
    ["dropclock drop show drop-42", "an earlier one"],
  ],
  checklist: [
    ["dropclock checklist", "of the current drop"],
    ["dropclock checklist drop-42 --json", "of another one, for a pipeline"],
  ],
  watch: [
    ["dropclock watch", "until the watch window ends"],
    ["dropclock watch --for 10m", "ten minutes after a deployment"],
  ],
  changelog: [
    ["dropclock changelog drop-42", "the entry of one drop"],
    ["dropclock changelog --write --last 1", "add the newest drop to the file"],
  ],
  undo: [
    ["dropclock undo", "show the plan for the current drop, ask, and do it"],
    ["dropclock undo --drill", "this quarter's drill: rehearsed, timed, and nothing pushed"],
  ],
  "drop ship": [
    ["dropclock drop ship drop-43 --push", "tag what is next, once the gate is open"],
    ["dropclock drop ship --yes", "with the suggested name, without asking"],
  ],
  "drop retract": [
    ['dropclock drop retract drop-43 --why "tagged by mistake"', "it never shipped"],
    ['dropclock drop retract drop-43 --why "tagged by mistake" --json', "the same for a script"],
  ],
  "drop promote": [
    ["dropclock drop promote broad", "expose the current drop to everybody"],
    ['dropclock drop promote testbed --drop drop-42 --why "comparing"', "another drop"],
  ],
  "drop demote": [
    ["dropclock drop demote", "back to the stage before"],
    ['dropclock drop demote testbed --why "slow for some"', "back to an earlier one"],
  ],
  "council request": [
    ["dropclock council request", "for the next drop"],
    ['dropclock council request drop-42 --why "schema change"', "for a tag"],
  ],
  "council approve": [
    ["dropclock council approve", "the next drop"],
    ['dropclock council approve drop-42 --why "read the migration"', "a tag, with a reason"],
  ],
  "council reject": [
    ['dropclock council reject --why "no way back"', "the next drop"],
    ['dropclock council reject drop-42 --why "no way back"', "a tag"],
  ],
  "council override": [
    ['dropclock council override --why "security fix, nobody is awake"', "for the next drop"],
    ['dropclock council override drop-42 --why "flash sale" --stage broad', "to enter a stage now"],
  ],
  "council show": [
    ["dropclock council show", "the next drop, as Markdown"],
    ["dropclock council show drop-42 --json", "a tag, for a script"],
  ],
  gate: [
    ["dropclock gate", "fail a pipeline while the next drop is blocked"],
    ["dropclock gate drop-42 --to broad", "may a drop enter this stage?"],
  ],
  scorecard: [
    ["dropclock scorecard --out scorecard.svg", "as a picture; also csv, json and md"],
    ["dropclock scorecard --last 12 --json", "of a quarter, for a report"],
  ],
  publish: [
    ["dropclock publish --dry-run", "what would become public"],
    ["dropclock publish --out site/incidents", "write the pages to another folder"],
  ],
  sync: [
    ["dropclock sync", "now, instead of with the next entry"],
    ["dropclock sync --json", "how many entries came and went"],
  ],
  log: [
    ["dropclock log", "who entered what, and when"],
    ["dropclock log --json", "the same for a script"],
  ],
  doctor: [
    ["dropclock doctor", "before the first drop on this machine"],
    ["dropclock doctor --json", "the same for a pipeline"],
  ],
  completion: [
    ["dropclock completion bash", "print the script for bash"],
    ["dropclock completion fish", "print the script for fish"],
  ],
};
