/** A place where a customer update can be sent. Secrets are named, never held. */
export type Channel = { name: string } & (
  | { kind: "slack"; secret: string }
  | { kind: "webhook"; url: string; secret: string | null; body: string | null }
  | { kind: "github"; repository: string; issue: number; secret: string; api: string }
  | { kind: "clipboard" }
);
