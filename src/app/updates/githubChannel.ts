import { authorization, type ChannelKind, type ChannelOf } from "./channelKind.ts";

/** Of a hundred comments each. */
const MOST_PAGES = 20;

/** A comment on an issue. GitHub knows no keys, so the comment carries one, and is looked for before each try. */
export const githubChannel: ChannelKind<ChannelOf<"github">> = {
  secret: ({ secret, api }) => ({ name: secret, origin: new URL(api).origin }),
  target: ({ repository, issue, api, secret }) =>
    `${repository}#${issue} at ${new URL(api).host}, with the secret “${secret}”`,
  text: (_, __, { headed }) => headed,
  delivery: ({ name, api, repository, issue }, { text, key, secret, common }) => {
    const mark = `<!-- dropclock:${key} -->`;
    const url = new URL(`${api.replace(/\/+$/, "")}/repos/${repository}/issues/${issue}/comments`);
    const own = { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" };
    const headers = { ...common, ...authorization(secret!, name), ...own };
    return {
      url,
      headers,
      body: JSON.stringify({ body: `${text}\n\n${mark}` }),
      secret,
      arrived: async (ask) => {
        for (let page = 1; page <= MOST_PAGES; page++) {
          const list = new URL(url);
          list.search = new URLSearchParams({ per_page: "100", page: String(page) }).toString();
          const response = await ask(list, { headers });
          if (!response.ok) {
            await response.body?.cancel();
            return response;
          }
          const comments: unknown = await response.json();
          if (!Array.isArray(comments)) return false;
          if (comments.some((comment) => String(comment?.body).includes(mark))) return true;
          if (comments.length < 100) return false;
        }
        return false;
      },
    };
  },
};
