/** What a forge, or git, says about a merge. */
export interface MergeMessage {
  /** The title of what was merged; null: the message only says that something was. */
  title: string | null;
  /** The number of the pull request as a text may bear it: `#12`, `!34`, `pull request #5`. */
  pull: string | null;
}

/**
 * The pull request that a message names in one of the forms that forges give to merges (and to squashes: a commit with
 * one parent may bear it too). Null: the first line is somebody's own words.
 */
export function readMergeMessage(message: string): MergeMessage | null {
  const [first, ...body] = message.trimStart().split(/\r?\n/) as [string, ...string[]];
  const subject = first.trim();
  for (const { form, read } of FORMS) {
    const match = form.exec(subject);
    const found = match && read(match, body);
    if (found) return found;
  }
  return null;
}

type Read = (match: RegExpExecArray, body: readonly string[]) => MergeMessage | null;

const FORMS: readonly { form: RegExp; read: Read }[] = [
  // Gitea and Forgejo.
  {
    form: /^Merge pull request '(.+)' \(#(\d+)\) from \S+/,
    read: ([, title, number]) => ({ title: title!, pull: `#${number}` }),
  },
  // GitHub; the pull request's own page of a merge at Bitbucket Data Center begins alike.
  {
    form: /^(?:Merge pull request|Auto merge of) #(\d+) /,
    read: ([, number], body) => ({ title: titleIn(body), pull: `#${number}` }),
  },
  // Bitbucket.
  {
    form: /^Merged .+ \((pull request #\d+)\)$/,
    read: ([, pull], body) => ({ title: titleIn(body), pull: pull! }),
  },
  {
    form: /^Pull (request #\d+): (.+)$/,
    read: ([, pull, title]) => ({ title: title!, pull: `pull ${pull}` }),
  },
  // Azure DevOps.
  { form: /^Merged PR (\d+): (.+)$/, read: ([, number, title]) => ({ title: title!, pull: `!${number}` }) },
  // Gitee.
  {
    form: /^!(\d+)\s+(.+)$/,
    read: ([, number, title], body) =>
      body.some((line) => line.startsWith(`Merge pull request !${number} from `))
        ? { title: title!, pull: `!${number}` }
        : null,
  },
  // bors.
  {
    form: /^Merge #(\d+)$/,
    read: ([, number], body) => {
      const title = titleIn(body);
      const own = new RegExp(`^${number}: (.+?)(?: r=\\S+)?(?: a=\\S+)?$`).exec(title ?? "")?.[1];
      return { title: own ?? title, pull: `#${number}` };
    },
  },
  // Git's own, which GitLab goes on.
  {
    form: /^Merge (?:(?:remote-tracking )?branch(?:es)?|tags?|commits?|remote|[0-9a-f]{7,64}\b)/i,
    read: (_, body) => {
      const number = /^See merge request (?:\S*!|\S+\/merge_requests\/)(\d+)$/m.exec(body.join("\n"))?.[1];
      const title = titleIn(body);
      if (number !== undefined) return { title, pull: `!${number}` };
      // Without a number nobody knows whether it is a title: only one that is written like one counts.
      return {
        title: title !== null && /^[a-z][\w-]*(?:\([^()]*\))?!?: \S/i.test(title) ? title : null,
        pull: null,
      };
    },
  },
];

/** Lines that tools write below a merge's subject. */
const NO_TITLE =
  /^(?:(?:# )?Conflicts:|#|\* |[\w-]+-by: |Change-Id: |See merge request |(?:Closes|Fixes|Refs?:?) [#!]\d)/i;

/** The first line of the body, where it can be the title of a pull request. */
function titleIn(body: readonly string[]): string | null {
  const first = body.find((line) => line.trim() !== "")?.trim();
  return first === undefined || NO_TITLE.test(first) ? null : first;
}
