import { command } from "../call/command.ts";

export const policySchema = command({
  name: "policy schema",
  summary: "prints the JSON Schema of the policy",
  async run() {
    const { policyJsonSchema } = await import("../../domain/policy/policyJsonSchema.ts");
    const schema = policyJsonSchema();
    return { json: schema, text: () => JSON.stringify(schema, null, 2) };
  },
});
