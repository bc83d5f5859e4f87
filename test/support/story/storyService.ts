/** A shop in three files, as the repository of the story holds them, and the drop that breaks it. */

/** Serves /checkout by the handler that is deployed, and /metrics about it. */
export const SERVICE = `import { statSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const file = join(process.env.DEPLOY, "handler.mjs");
const counts = { requests: 0, errors: 0 };

async function checkout() {
  counts.requests += 1;
  const { checkout } = await import(\`\${pathToFileURL(file).href}?\${statSync(file).mtimeMs}\`);
  return checkout(counts.requests);
}

createServer(async (request, response) => {
  if (request.url === "/metrics") {
    const lines = Object.entries(counts).map(([name, value]) => \`checkout_\${name}_total \${value}\\n\`);
    response.end(lines.join(""));
    return;
  }
  try {
    response.end(await checkout());
  } catch {
    counts.errors += 1;
    response.writeHead(500).end("no checkout\\n");
  }
}).listen(0, "127.0.0.1", function () {
  console.log(\`listening on \${this.address().port}\`);
});
`;

export const GOOD_HANDLER = `export const checkout = (order) => \`order \${order} is paid\\n\`;
`;

/** Every second order fails. */
export const BAD_HANDLER = `export function checkout(order) {
  if (order % 2 === 0) throw new Error("the new price service does not answer");
  return \`order \${order} is paid, the new way\\n\`;
}
`;

/** Puts the handler of a drop where the service takes it from, in one go. */
export const DEPLOY = `#!/bin/sh
set -e
git show "$1:handler.mjs" > "$DEPLOY/handler.new"
mv "$DEPLOY/handler.new" "$DEPLOY/handler.mjs"
echo "deployed $1"
`;

/** @param then What a breach does. */
export const storyPolicy = (prometheus: string, then: string) => `version: 1
service: Checkout
signals:
  - name: checkout errors
    prometheus:
      url: "${prometheus}"
      query: "sum(rate(checkout_errors_total[8s])) / sum(rate(checkout_requests_total[8s]))"
    breach: "> 0.05"
    for: 2s
    every: 1s
    then: ${then}
rollback:
  steps:
    - revert: { push: true, pullRequest: false }
    - run: "./deploy.sh {{ previous.tag }}"
    - verify: [checkout errors]
`;
