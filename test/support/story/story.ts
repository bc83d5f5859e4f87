import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../eventually.ts";
import { TemporaryRepository, temporaryFolder } from "../git/temporaryRepository.ts";
import { type MonitoringServer, startPrometheus } from "../monitoring/startMonitoring.ts";
import { type ProcessGroup, startProcessGroup } from "../processes/processGroup.ts";
import { runProcess } from "../processes/runProcess.ts";
import { BAD_HANDLER, DEPLOY, GOOD_HANDLER, SERVICE, storyPolicy } from "./storyService.ts";

/**
 * A shop that is really served, by the code of its newest drop; customers who really buy; a Prometheus that sees it;
 * and a repository, with a remote, whose policy takes a drop back that breaks it.
 */
export class Story {
  readonly repository: TemporaryRepository;
  /** Where the handler is deployed, for the deployment script. */
  readonly deployment: string;
  readonly prometheus: MonitoringServer;
  readonly #service: ProcessGroup;
  readonly #customers: NodeJS.Timeout;
  /** What the last customer got. */
  status = 0;

  private constructor(
    repository: TemporaryRepository,
    deployment: string,
    service: ProcessGroup,
    host: string,
    prometheus: MonitoringServer,
  ) {
    this.repository = repository;
    this.deployment = deployment;
    this.prometheus = prometheus;
    this.#service = service;
    this.#customers = setInterval(() => void this.#buy(host), 50);
  }

  /** @param then What the policy wants of a breach. */
  static async begin(then: string): Promise<Story> {
    const repository = TemporaryRepository.make({ name: "shop" });
    repository.commit({ "service.mjs": SERVICE, "handler.mjs": GOOD_HANDLER, "deploy.sh": DEPLOY });
    chmodSync(join(repository.dir, "deploy.sh"), 0o755);
    const deployment = temporaryFolder("dropclock-deployment");
    const service = startProcessGroup(process.execPath, [join(repository.dir, "service.mjs")], {
      ...process.env,
      DEPLOY: deployment,
    });
    let log = "";
    service.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    const host = await eventually(() => {
      const port = /listening on (\d+)/.exec(log)?.[1];
      if (port === undefined) throw new Error(`the shop is not open yet: ${log}`);
      return `127.0.0.1:${port}`;
    });
    const prometheus = await startPrometheus({ targets: [host] });
    const story = new Story(repository, deployment, service, host, prometheus);
    repository.commit(
      { ".dropclock/policy.yaml": storyPolicy(prometheus.url, then) },
      { message: "feat: a shop" },
    );
    await story.#release("drop-1", Date.now() - 7 * 86_400_000);
    repository.bareRemote();
    repository.git("config", "user.name", "Ana Silva");
    repository.git("config", "user.email", "ana@example.com");
    await story.seen((rate) => rate === 0);
    return story;
  }

  /** The drop that breaks every second order: committed, tagged, pushed and deployed. */
  async breakIt(): Promise<void> {
    this.repository.commit(
      { "handler.mjs": BAD_HANDLER },
      { at: Date.now(), message: "feat: new price service" },
    );
    await this.#release("drop-2", Date.now());
    this.repository.git("push", "-q", "origin", "main", "drop-2");
  }

  /** Waits until Prometheus sees such an error rate. */
  async seen(fits: (rate: number) => boolean): Promise<void> {
    const query = encodeURIComponent(
      "sum(rate(checkout_errors_total[8s])) / sum(rate(checkout_requests_total[8s]))",
    );
    await eventually(async () => {
      const response = await fetch(`${this.prometheus.url}/api/v1/query?query=${query}`);
      const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } };
      const rate = Number(data.result[0]?.value[1] ?? "NaN");
      if (!fits(rate)) throw new Error(`the error rate is ${rate}`);
    }, 60_000);
  }

  async end(): Promise<void> {
    clearInterval(this.#customers);
    await this.#service.stop();
    await this.prometheus.stop();
  }

  async #release(tag: string, at: number): Promise<void> {
    this.repository.tag(tag, { at, annotated: true });
    mkdirSync(this.deployment, { recursive: true });
    const { code, stderr } = await runProcess("./deploy.sh", [tag], {
      cwd: this.repository.dir,
      env: { ...this.repository.environment, DEPLOY: this.deployment },
    });
    if (code !== 0) throw new Error(stderr);
  }

  async #buy(host: string): Promise<void> {
    const response = await fetch(`http://${host}/checkout`).catch(() => null);
    if (!response) return;
    await response.text();
    this.status = response.status;
  }
}
