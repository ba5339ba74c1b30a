// One ts-mls member behind JSON lines: a request per line on stdin, its reply on stdout, in order.

import { createInterface } from 'node:readline';
import { TsMember } from './ts_member.js';

const member = new TsMember();

for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === '') continue;
  let request;
  try {
    request = JSON.parse(line);
  } catch {
    request = {}; // Answered as any unknown operation.
  }
  process.stdout.write(`${JSON.stringify(await member.request(request))}\n`);
  if (request.op === 'quit') break;
}
