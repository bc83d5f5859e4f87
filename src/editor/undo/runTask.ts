import {
  Disposable,
  ProcessExecution,
  ShellExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  TaskScope,
  tasks,
} from "vscode";
import type { OperatorCommand } from "../../app/undo/operator.ts";
import { messageText } from "../inert.ts";

/**
 * Runs a command as a task, in a terminal of its own that stays: in the person's environment, with its output on view.
 * The line is one argument of the shell, so nothing reads it twice.
 * @returns Its exit status; null where it was ended, or could not be started.
 */
export async function runTask(command: OperatorCommand): Promise<number | null> {
  const execution = process.platform === "win32" ? byCmd(command) : byProgram(command);
  const name = messageText(command.title, 120);
  const task = new Task({ type: "process" }, TaskScope.Workspace, name, "Dropclock", execution, []);
  task.presentationOptions = {
    reveal: TaskRevealKind.Always,
    panel: TaskPanelKind.New,
    focus: false,
    clear: false,
    showReuseMessage: false,
  };
  const ended = endOf(task);
  try {
    const running = await tasks.executeTask(task);
    return await ended.of(running);
  } finally {
    ended.dispose();
  }
}

function byProgram({ line, shell, cwd }: OperatorCommand): ProcessExecution {
  const [program, ...args] = shell;
  return new ProcessExecution(program!, [...args, line], { cwd });
}

/** The command processor of Windows reads its line as it stands, and takes off one pair of quotes around it. */
function byCmd({ line, shell, cwd }: OperatorCommand): ShellExecution {
  const [executable, ...shellArgs] = shell;
  return new ShellExecution(`"${line}"`, { executable: executable!, shellArgs, cwd });
}

/** Listens before the task is started, since a short one may be over before the start is known. */
function endOf(task: Task) {
  const codes = new Map<unknown, number | null>();
  let tell = () => {};
  const take = (execution: unknown, code: number | null) => {
    if (!codes.has(execution)) codes.set(execution, code);
    tell();
  };
  const listener = Disposable.from(
    tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === task.name) take(execution, exitCode ?? null);
    }),
    // One whose process was never started ends all the same.
    tasks.onDidEndTask(({ execution }) => {
      if (execution.task.name === task.name) setTimeout(() => take(execution, null), LAST_WORD_MS);
    }),
  );
  return {
    of: (execution: unknown) =>
      new Promise<number | null>((resolve) => {
        tell = () => {
          if (codes.has(execution)) resolve(codes.get(execution)!);
        };
        tell();
      }),
    dispose: () => listener.dispose(),
  };
}

/** The end of a process is told beside the end of its task, in no order that is promised. */
const LAST_WORD_MS = 1000;
