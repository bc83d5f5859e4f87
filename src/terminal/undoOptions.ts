export const UNDO_OPTIONS = {
  rehearse: { help: "carry it out in a throw-away worktree with the policy's checks; push nothing" },
  drill: { help: "a rehearsal that counts as the quarter's drill, measured against the time to mitigate" },
  to: { value: "DROP", help: "go back to this drop; default: the one before it" },
  reapply: { help: "the way back: put an undone drop on again" },
  yes: { help: "do it without asking; that it is calm afterwards is still for somebody to say" },
  verified: { help: "you have seen that what the verify steps name is calm" },
} as const;
