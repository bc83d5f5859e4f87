import { Project, type Reading } from "../../../src/app/project/project.ts";
import { eventually } from "../eventually.ts";
import { TemporaryRepository } from "../git/temporaryRepository.ts";
import { type LocalServer, startExporter } from "../monitoring/startExporter.ts";
import { type MonitoringServer, startPrometheus } from "../monitoring/startMonitoring.ts";

export interface MeasuredShopOptions {
  /** What the policy wants of a breach, under `then`. */
  does: string;
  /** The name of the secret that the policy has for the Prometheus, which asks for `test:test` then. */
  secret?: string;
  /** A command that a rehearsal runs in its worktree. */
  check?: string;
  /** How long ago its newest drop shipped. Minutes. */
  minutes?: number;
}

/** The number that is measured, and when it is a breach: above 0.05 for two seconds. */
const METRIC = "checkout_error_rate";

/**
 * A shop with two drops, a remote, and a real Prometheus that scrapes the number that a test sets: for what a person
 * does about a signal, whatever made it breach.
 */
export class MeasuredShop {
  readonly repository: TemporaryRepository;
  readonly prometheus: MonitoringServer;
  readonly #exporter: LocalServer & { metrics: Record<string, number> };

  private constructor(
    repository: TemporaryRepository,
    prometheus: MonitoringServer,
    exporter: LocalServer & { metrics: Record<string, number> },
  ) {
    this.repository = repository;
    this.prometheus = prometheus;
    this.#exporter = exporter;
  }

  static async open({ does, secret, check, minutes = 1 }: MeasuredShopOptions): Promise<MeasuredShop> {
    const exporter = await startExporter();
    exporter.metrics[METRIC] = 0;
    const prometheus = await startPrometheus({ targets: [exporter.host], auth: secret !== undefined });
    const repository = TemporaryRepository.make({ name: "shop" });
    const policy = policyOf(prometheus.url, { does, secret, check });
    repository.commit(
      { "price.txt": "1\n", ".dropclock/policy.yaml": policy },
      { at: Date.now() - 7 * 86_400_000, message: "feat: a shop" },
    );
    repository.tag("drop-1", { annotated: true, at: Date.now() - 7 * 86_400_000 });
    const shipped = Date.now() - minutes * 60_000;
    repository.commit({ "price.txt": "2\n" }, { at: shipped, message: "feat: new prices" });
    repository.tag("drop-2", { annotated: true, at: shipped });
    repository.bareRemote();
    repository.git("config", "user.name", "Ana Silva");
    repository.git("config", "user.email", "ana@example.com");
    return new MeasuredShop(repository, prometheus, exporter);
  }

  /** What Prometheus scrapes from now on. */
  set rate(rate: number) {
    this.#exporter.metrics[METRIC] = rate;
  }

  /** What is on record. */
  async read(): Promise<Reading> {
    return (await Project.open(this.repository.dir, { now: Date.now })).read();
  }

  /** Waits until an event of this type is on record, and gives its data. */
  recorded(type: string): Promise<Record<string, unknown>> {
    return eventually(async () => {
      const { release } = await this.read();
      const found = release.events.find((event) => event.type === type);
      if (!found) throw new Error(`no ${type} is on record`);
      return found.data;
    });
  }

  async close(): Promise<void> {
    await this.prometheus.stop();
    await this.#exporter.stop();
  }
}

const policyOf = (url: string, { does, secret, check }: MeasuredShopOptions) => `version: 1
service: Checkout
signals:
  - name: checkout errors
    prometheus:
      url: "${url}"
      query: ${METRIC}${secret === undefined ? "" : `\n      auth: { basic: ${secret} }`}
    breach: "> 0.05"
    for: 2s
    every: 1s
    then: ${does}
rollback:
  steps:
    - revert: { push: true, pullRequest: false }
    - run: "echo deploying {{ previous.tag }}"
${check === undefined ? "" : `  checks: [${JSON.stringify(check)}]\n`}`;
