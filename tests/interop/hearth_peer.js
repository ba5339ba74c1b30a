// A `hearth-mls-peer` process: requests go to its stdin as JSON lines, replies come in order.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const kReplySecondsMax = 60; // A peer this slow hangs.
const kStderrKept = 4000; // Characters; enough for a sanitizer's first report.

// Owns the process. Replies are matched by order, as the protocol promises. When the process ends,
// every open and later request is answered with a refusal that carries the end of its stderr.
export class HearthPeer {
  #child;
  #waiting = [];
  #stderr = '';
  #ended;

  constructor(path) {
    this.#child = spawn(path, [], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.on('error', (error) => this.#end(`cannot run ${path}: ${error.message}`));
    this.#child.on('close', (code, signal) => this.#end(`${path} ended (${signal ?? code})`));
    this.#child.stdin.on('error', () => {}); // `close` tells it.
    this.#child.stderr.on('data', (data) => {
      this.#stderr = (this.#stderr + data).slice(-kStderrKept);
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const answer = this.#waiting.shift();
      if (answer === undefined) return this.#end(`reply without a request: ${line}`);
      try {
        answer(JSON.parse(line));
      } catch {
        answer({ ok: false, error: `not JSON: ${line}`, error_type: 'PeerProtocol' });
      }
    });
  }

  // The reply to one request; never rejects.
  request(request) {
    if (this.#ended !== undefined) return Promise.resolve(this.#ended);
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#end(`no reply to ${request.op} within ${kReplySecondsMax} s`);
        this.#child.kill('SIGKILL');
      }, kReplySecondsMax * 1000);
      this.#waiting.push((reply) => {
        clearTimeout(late);
        resolve(reply);
      });
      this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    });
  }

  close() {
    this.#child.stdin.end();
  }

  #end(reason) {
    this.#ended ??= {
      ok: false,
      error: `${reason}\n${this.#stderr}`.trim(),
      error_type: 'PeerEnded',
    };
    for (const answer of this.#waiting.splice(0)) answer(this.#ended);
  }
}
