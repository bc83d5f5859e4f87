export const architecture = `# Architecture

A cart comes in over HTTP, its tax is added, the order is kept, the payment is taken.
`;

const entries: Record<string, string> = {
  "drop-5": "- A discount code takes its percentage off an order.",
  "drop-4": "- The payment provider is asked again with a pause in between.",
  "drop-3": "- Payments are taken.",
};

/** The changelog as it stood when this drop shipped. */
export function changelog(newest: string): string {
  const tags = Object.keys(entries).filter((tag) => tag <= newest);
  return `# Changelog\n${tags.map((tag) => `\n## ${tag}\n\n${entries[tag]}\n`).join("")}`;
}

/** The post-mortem of the closed incident, filled in as people do. */
export function postmortem(incident: string): string {
  return `# Slow checkout

Incident \`${incident}\`, severity major, caused by drop-3.

## Summary

For nine hours every second checkout took more than six seconds. No order was lost.

## What happened

The payment provider answered slowly. We asked it five times over without a pause, and so made it slower still.

## Why did nobody see it before the drop?

The testbed has a payment provider of its own, which is never slow.

## Actions

- [x] Wait between two tries, longer each time (owner: bo@example.com)
- [ ] Let the testbed's provider be slow now and then (owner: cy@example.com)
`;
}
