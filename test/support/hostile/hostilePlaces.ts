/** What shows, beside the folder, that something of the attacker's happened. */
export interface HostilePlaces {
  dir: string;
  /** There once a command of theirs ran. */
  ran: string;
  /** A line for each request that their server got. */
  asked: string;
  /** A line with the `Authorization` of each request that the team's own server got. */
  team: string;
  /** A line for each git that was started by the PATH. */
  calls: string;
  /** A folder for the PATH whose git keeps `calls`. */
  path: string;
  /** A file outside, which nobody may read or write. */
  secret: string;
}

export const HOSTILE_SECRET = "AKIA0123456789SECRET";
/** What is entered for the team's server. */
export const TEAM_SECRET = "s3cret-of-the-team";
export const HOSTILE_TITLE =
  "\u202e[c](command:workbench.action.quit) <img src=x onerror=alert(1)> $(flame) \u001b[2J";
export const HOSTILE_ID = "../../../evil";

export function hostilePlaces(dir: string): HostilePlaces {
  const at = (name: string) => `${dir}.${name}`;
  return {
    dir,
    ran: at("ran"),
    asked: at("asked"),
    team: at("team"),
    calls: at("calls"),
    path: at("path"),
    secret: at("secret"),
  };
}
