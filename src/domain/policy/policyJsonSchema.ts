import * as z from "zod";
import { POLICY_PATH } from "./policy.ts";
import { policySchema } from "./schema.ts";

/** The JSON Schema by which editors complete and explain the policy. The build writes it to media/policy.schema.json. */
export function policyJsonSchema(): object {
  const schema = policySchema.meta({
    title: "Dropclock policy",
    description: `The service level agreement and the release rules of a repository, kept in ${POLICY_PATH}.`,
    examples: [{ version: 1, targets: { critical: { detect: "30m", mitigate: "2h" } } }],
  });
  return z.toJSONSchema(schema, { target: "draft-7", io: "input" });
}
