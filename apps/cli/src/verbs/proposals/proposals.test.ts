import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { TactClient } from '@tact/client';
import { terminalOn } from '../../terminal/terminal.ts';
import { approveProposal, declineProposal, showProposal } from './decide-proposal.ts';
import { listProposals } from './list-proposals.ts';

const proposalId = `pr_${'1'.repeat(32)}`;
const contentSha256 = 'a'.repeat(64);
const view = {
  proposalId,
  kind: 'model-promotion',
  about: '2026-11-30-learned-1',
  content: [{ field: 'reason', value: 'better\u001b[2J' }],
  contentSha256,
  state: 'open',
  proposedBy: `st_${'2'.repeat(32)}`,
  proposedByName: 'Inès Martin',
  proposedAt: '2026-11-30T10:00:00.000Z',
  openUntil: '2026-12-03T10:00:00.000Z',
  isOwn: false,
};

let server: Server;
let asked: { call: string; body: unknown }[];
let answers: Record<string, object>;
let said: string;
const terminal = terminalOn({ write: (text: string) => (said += text) });
let api: TactClient;

beforeEach(async () => {
  [asked, answers, said] = [[], {}, ''];
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const call = `${request.method} ${request.url}`;
      asked.push({ call, body: text === '' ? undefined : JSON.parse(text) });
      const answer = answers[call];
      response.writeHead(answer ? 200 : 404).end(JSON.stringify(answer ?? {}));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const whatsapp = { appSecret: 'a', verifyToken: 'b', wabaIds: ['1'] };
  const origin = `http://127.0.0.1:${port}`;
  api = new TactClient({ origin, tenant: 'demo', apiKey: 'tact_demo_x', whatsapp });
});
afterEach(() => void server.close());

test('list says what waits and until when, and that nothing does', async () => {
  answers['GET /v1/proposals?limit=100'] = { items: [view] };
  await listProposals({ api, terminal });
  expect(said).toMatch(/pr_1+ +model-promotion +2026-11-30-learned-1 +open +Inès Martin +2026-12/);
  answers['GET /v1/proposals?limit=100'] = { items: [] };
  await listProposals({ api, terminal });
  expect(said).toContain('nothing was proposed');
});

test('show prints the content and its hash, and no control character of it', async () => {
  answers[`GET /v1/proposals/${proposalId}`] = view;
  await showProposal(proposalId, { api, terminal });
  expect(said).toContain(`sha256: ${contentSha256}`);
  expect(said).toContain('reason: better');
  expect(said).not.toContain('\u001b');
});

test('approve agrees to the hash that was seen, says what comes next, and refuses what is no hash', async () => {
  answers[`POST /v1/proposals/${proposalId}/approvals`] = { ...view, state: 'approved' };
  const options = { proposalId, sha256: contentSha256, name: 'Karim Benali' };
  await approveProposal(options, { api, terminal });
  expect(asked[0]?.body).toEqual({ contentSha256, approvedBy: 'Karim Benali' });
  expect(said).toContain('does the same again until 2026-12-03');
  const wrong = approveProposal({ proposalId, sha256: 'yes' }, { api, terminal });
  await expect(wrong).rejects.toThrow('tact proposals show');
});

test('decline says that it is declined', async () => {
  answers[`POST /v1/proposals/${proposalId}/declines`] = { ...view, state: 'declined' };
  await declineProposal(proposalId, { api, terminal });
  expect(said).toContain(`${proposalId} is declined`);
});
