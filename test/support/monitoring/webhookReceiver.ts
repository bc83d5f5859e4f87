import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterTests } from "../folders/atExit.ts";

interface ReceivedRequest {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
}

/** How the receiver answers the nth request, counted from 0. */
export type Answering = (request: ReceivedRequest, n: number, response: ServerResponse) => void;

export const status =
  (code: number, headers: Record<string, string> = {}): Answering =>
  (_, __, response) =>
    response.writeHead(code, headers).end();

/** One answer after the other; the last one for ever. */
export const inTurn =
  (...answers: Answering[]): Answering =>
  (request, n, response) =>
    answers[Math.min(n, answers.length - 1)]!(request, n, response);

/** Takes the message and says nothing, until whoever sent it gives up. */
export const silence: Answering = () => {};

/** A receiver of webhooks on loopback, which takes a message with a key that it knows for the same message. */
export class WebhookReceiver {
  readonly requests: ReceivedRequest[] = [];
  readonly #server;

  private constructor(answer: Answering) {
    this.#server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { method = "", url: path = "", headers } = incoming;
        const request = { method, path, headers, body: Buffer.concat(chunks).toString("utf8") };
        answer(request, this.requests.push(request) - 1, response);
      });
    });
  }

  static async start(answer: Answering = status(200)): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver(answer);
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    // A test file that is run alone must end all the same.
    receiver.#server.unref();
    afterTests(() => receiver.stop());
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The messages that arrived, as far as the receiver can tell: one for each key. */
  get messages(): string[] {
    const posts = this.requests.filter(({ method }) => method === "POST");
    return [...new Map(posts.map((post) => [post.headers["idempotency-key"], post.body])).values()];
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
