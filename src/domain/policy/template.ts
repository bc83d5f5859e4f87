/** The policy that `dropclock init` writes: the defaults, and examples that are commented out. */
export const POLICY_TEMPLATE = `## Dropclock policy: the service level agreement of this repository, and how its drops are released.
## Lines that start with ## explain; the others with # are examples: take the "# " away to use them.
## A duration is 30m, 2h, 1h30m, 3d, 2w or ISO 8601 (PT30M); null means no clock. No secrets in here.

version: 1

## The name of the service, for documents and customer updates.
# service: Checkout

## A drop is one small release, marked by one tag.
drops:
  ## A pattern as git tag --list takes it, or a list in which ! takes away: ["v*", "!*-rc*"].
  tags: "drop-*"
  ## The branch that drops are released from, or patterns on several; else the remote's default branch.
#   branch: [main, "release-*"]
  ## How many of the newest drops the scorecard judges.
#   adoption: 4

## How long each pillar of an incident may take, by severity:
## detect from its start, mitigate from its detection, update and postmortem from its mitigation.
targets:
  critical: { detect: 30m, mitigate: 2h, update: 1h, postmortem: 72h }
  major: { detect: 2h, mitigate: 8h, update: 4h, postmortem: 5d }
  minor: { detect: 1d, mitigate: 3d, update: null, postmortem: null }

## The shares of a target at which people are warned, once each.
# warnAt: [0.5, 0.8]

## The clocks run day and night, unless working hours are given.
## \`for\` names the clocks that run only inside them; leave it out for all.
# calendar:
#   timeZone: Europe/Oslo
#   hours:
#     mon-thu: ["09:00-12:00", "12:30-17:00"]
#     fri: ["09:00-15:00"]
#   holidays: [2026-12-25, 2027-01-01]
#   for: [update, postmortem]

## How often customers get an update while an incident is open and they have been told of it, and where one
## can be sent. Secrets are named here and kept elsewhere: in the environment, or in the editor's own store.
# updates:
#   every: 1h
#   channels:
#     - { name: status channel, slack: { secret: slack-webhook } }
#     - name: status page
#       webhook:
#         url: https://status.example.com/api/updates
#         secret: status-page
#         body: '{ "state": {{ status }}, "message": {{ text }} }'
#     - name: status issue
#       github: { repository: acme/checkout, issue: 42, secret: github }
#     - { name: anywhere else, clipboard: true }

## Where a pager or a chat is told of an incident, a breach or an undo, each once.
# handover:
#   - on: [opened, breached, undone]
#     webhook:
#       url: https://events.example.com/in
#       secret: pager
#       body: '{ "title": {{ title }}, "severity": {{ severity }}, "link": {{ link }} }'

## Whose approval a drop needs, and from which risk on.
# council:
#   members: [ana@example.com, bo@example.com, cy@example.com]
#   quorum: 2
#   from: high

## What makes a drop risky: each rule has one condition, a level and a reason. A condition is paths, lines,
## flags (keys in flags.file, such as ["checkout-*"]), untested (files whose tests have not changed of late),
## or dependencies.
# risk:
#   - { paths: ["migrations/**"], level: high, because: schema change }
#   - { lines: 800, level: medium, because: large drop }
#   - { untested: { paths: ["src/**"], within: 14d }, level: medium, because: no recent test }
#   - { dependencies: true, level: medium, because: dependencies change }

## Exposure, in order: a drop may enter a stage once it has soaked in the one before.
# stages:
#   - { name: testbed, soak: 30m }
#   - { name: broad }

## What tells during the watch window whether a drop does harm.
## \`then\` is notify, open (an incident), propose (open, and offer the undo) or rollback (open, and undo).
# signals:
#   - name: checkout errors
#     prometheus:
#       url: http://localhost:9090
#       query: sum(rate(checkout_errors_total[5m])) / sum(rate(checkout_requests_total[5m]))
#     breach: "> 0.02"
#     for: 5m
#     then: propose
#     severity: critical
#   - name: pages
#     alertmanager:
#       url: http://localhost:9093
#       matchers: ['service="checkout"']
#     then: open

## Feature flags in an OpenFeature flagd file, and the business metric that each one moves.
# flags:
#   file: flags.flagd.json
#   metrics: { new-checkout: checkout_conversion }

## How a drop is taken back. Without steps: a revert, with push and pull request where there is a remote.
## The checks run in a rehearsal; what matches \`keep\` stays as it is.
# rollback:
#   steps:
#     - flags: [new-checkout]
#     - revert: { push: true, pullRequest: true }
#     - run: "./deploy.sh {{ previous.tag }}"
#     - verify: [checkout errors]
#   checks: ["npm test"]
#   keep: [".dropclock/**", "docs/**", "CHANGELOG.md", "public/incidents/**"]

## How often an undo must be drilled.
# drills: { every: 90d }

## Where documents are written.
# documents:
#   postmortems: docs/postmortems
#   runbooks: docs/runbooks
#   updates: docs/updates
#   changelog: CHANGELOG.md
#   public: public/incidents

## Where the public pages can be read, for the addresses in their feeds.
# publish: { url: "https://status.example.com/incidents/" }

## What the changelog leaves out (patterns on the first lines of commits), whether it names authors, and the
## headings of its sections, by the type of a commit.
# changelog:
#   skip: ["^release:", "^fix\\\\(deps\\\\)"]
#   authors: false
#   sections: { feat: Features, docs: Documentation }

## Whether the record of every event is shared (remote: null for never), and how often to look there.
# ledger: { sync: 15s }
`;
