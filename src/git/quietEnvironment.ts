/**
 * The environment for git when it talks to another machine: it fails where it would ask a person, for most of the
 * time nobody is there to answer, and a window that pops up in the middle of an incident is the last thing needed.
 * @param ownSsh The configuration names the program for ssh, so it is not ours to say how that one is called.
 */
export function quietEnvironment(base: NodeJS.ProcessEnv, ownSsh: boolean): NodeJS.ProcessEnv {
  const chosen = ownSsh || base.GIT_SSH_COMMAND || base.GIT_SSH;
  return {
    ...base,
    SSH_ASKPASS_REQUIRE: "never",
    GCM_INTERACTIVE: "never",
    // Set but empty, it keeps git from all the others. A pipeline's own answers without anybody being asked.
    ...(base.CI ? {} : { GIT_ASKPASS: "" }),
    ...(chosen ? {} : { GIT_SSH_COMMAND: "ssh -o BatchMode=yes -o ConnectTimeout=10" }),
  };
}
