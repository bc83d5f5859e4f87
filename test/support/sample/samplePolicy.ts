/** The sample service level agreement, as a team would keep it. */
export const samplePolicy = `# The service level agreement of Checkout: what we promise when a drop goes wrong.
version: 1
service: Checkout

drops:
  tags: "drop-*"
  branch: main
  adoption: 4

targets:
  critical: { detect: 30m, mitigate: 2h, update: 1h, postmortem: 72h }
  major: { detect: 2h, mitigate: 8h, update: 4h, postmortem: 5d }
  minor: { detect: 1d, mitigate: 3d, update: null, postmortem: null }
warnAt: [0.5, 0.8]
calendar: always
updates: { every: 1h }

council:
  members: [ana@example.com, bo@example.com, cy@example.com]
  quorum: 2
  from: high
risk:
  - { paths: ["migrations/**"], level: high, because: schema change }
  - { lines: 800, level: medium, because: large drop }
stages:
  - { name: testbed, soak: 30m }
  - { name: broad }

flags:
  file: flags.flagd.json
  metrics: { new-checkout: checkout_conversion }
rollback:
  steps:
    - flags: [new-checkout]
    - revert: { push: true }
  checks: ["node --test"]
  keep: [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"]
drills: { every: 90d }

documents:
  postmortems: docs/postmortems
  runbooks: docs/runbooks
  updates: docs/updates
  changelog: CHANGELOG.md
  public: public/incidents
ledger: { remote: origin, sync: 15s }
`;

/** As the team began: the council came with drop-4, and nobody was asked about what was older. */
export const firstSamplePolicy = samplePolicy.replace(/^council:\n(?: {2}.*\n)+/m, "");
