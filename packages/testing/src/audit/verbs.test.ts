import { expect, test } from '@jest/globals';
import { program } from '@tact/cli';
import { PerformedAct } from '@tact/contracts';
import { controllersOfService, describeRoutes } from '@tact/platform';
import { definitions } from '../constellation.ts';

// Every verb of `tact` that changes something goes through a route, whose act is declared there, or is an act of its own
// at the machine, or a sentence says why neither. A verb that is new says so here.
type Verb =
  | 'reads'
  | { readonly asks: readonly string[] }
  | { readonly act: readonly PerformedAct[] }
  | { readonly why: string };

const verbs: Readonly<Record<string, Verb>> = {
  start: { act: ['first-key-made', 'first-key-revoked', 'key-loss-accepted'] },
  status: 'reads',
  alerts: 'reads',
  parked: 'reads',
  redrive: { asks: ['POST /parked-records/redrives'] },
  'reset-offsets': { asks: ['POST /consumer-resets'] },
  rebuild: { asks: ['POST /v1/projections/{name}/rebuilds'] },
  stores: 'reads',
  seed: { asks: ['POST /v1/contacts', 'POST /v1/webhooks/whatsapp'] },
  'keys create': { asks: ['POST /v1/api-keys'] },
  'keys list': 'reads',
  'keys rotate': { asks: ['POST /v1/api-keys/{keyId}/rotate'] },
  'keys revoke': { asks: ['DELETE /v1/api-keys/{keyId}'] },
  'tenants create': { asks: ['POST /v1/tenants'] },
  'tenants show': 'reads',
  'tenants update': { asks: ['PUT /v1/tenants/{slug}'] },
  'tenants new-key': { asks: ['POST /v1/tenants/{slug}/keys'] },
  'tenants list': 'reads',
  'staff add': { asks: ['POST /v1/staff'] },
  'staff list': 'reads',
  'staff dismiss': { asks: ['DELETE /v1/staff/{staffId}'] },
  'staff erase': { asks: ['POST /v1/staff/{staffId}/erasure'] },
  'proposals list': 'reads',
  'proposals show': 'reads',
  'proposals approve': { asks: ['POST /v1/proposals/{proposalId}/approvals'] },
  'proposals decline': { asks: ['POST /v1/proposals/{proposalId}/declines'] },
  'console-login': { asks: ['POST /v1/staff', 'POST /v1/login-links'] },
  'models list': 'reads',
  'models fit': { asks: ['POST /v1/models'] },
  'models show': 'reads',
  'models promote': { asks: ['POST /v1/models/{version}/promote'] },
  'audit list': 'reads',
  'audit export': { asks: ['GET /v1/audit-events/export'] },
  'clock show': 'reads',
  'clock advance': { act: ['clock-moved'] },
  'mail test': { asks: ['POST /v1/operations/mail/tests'] },
  'mail uncertain': 'reads',
  'mail settle': { asks: ['POST /v1/operations/uncertain-mails/{mailId}'] },
  'verify-jws': 'reads',
  'verify-audit': 'reads',
  backup: { act: ['backup-taken'] },
  restore: { act: ['backup-restored'] },
  sweep: { asks: ['POST /v1/operations/sweep', 'POST /v1/operations/sweep/canaries'] },
  send: { asks: ['POST /v1/webhooks/whatsapp'] },
  import: { asks: ['POST /v1/imports'] },
};

/** Ways of a verb that do something else than the verb does. */
const flags: Readonly<Record<string, Verb>> = {
  'start --reset': {
    why: 'It deletes the audit with everything else: the chain that begins then is another one, as an earlier export shows.',
  },
  'start --new-key': { act: ['first-key-made', 'first-key-revoked'] },
  'start --demo': { asks: ['POST /v1/contacts', 'POST /v1/webhooks/whatsapp'] },
};

type Node = ReturnType<typeof program>;
const leaves = (node: Node, path: readonly string[] = []): string[] =>
  node.commands.length === 0
    ? [path.join(' ')]
    : node.commands.flatMap((child) => leaves(child, [...path, child.name()]));

const declared = new Map(
  definitions.flatMap(({ module }) =>
    describeRoutes(controllersOfService(module)).map(({ method, path, audit }) => [
      `${method.toUpperCase()} ${path}`,
      audit,
    ]),
  ),
);

test('every verb says what of it the audit hears, and no verb that is gone does', () => {
  expect(leaves(program()).toSorted()).toEqual(Object.keys(verbs).toSorted());
  const start = program().commands.find((one) => one.name() === 'start');
  const known = start?.options.map(({ long }) => `start ${long}`) ?? [];
  expect(known).toEqual(expect.arrayContaining(Object.keys(flags)));
});

test('what it names is there: a route that declares it, an act, or a sentence', () => {
  const wrong = [...Object.entries(verbs), ...Object.entries(flags)].filter(([, verb]) => {
    if (verb === 'reads') return false;
    if ('why' in verb) return !/^[A-Z].{20,}\.$/.test(verb.why);
    if ('act' in verb) return !verb.act.every((act) => PerformedAct.safeParse(act).success);
    return !verb.asks.every((route) => declared.get(route) !== undefined);
  });
  expect(wrong.map(([name]) => name)).toEqual([]);
});
