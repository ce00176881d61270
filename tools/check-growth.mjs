// The proof that meaning stands once, kept alive: in copies of contracts, domain and the services every union grows by a member, and
// the compiler must name exactly the places that have to know it. A place that falls silent here would take the next
// kind, channel, purpose, right or event for one it knows.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = join(root, '.cache/growth');

/** A new event on each topic; and one without a place. */
const grownEvents = [
  ['GrownSignal', 'contact-signals.v1'],
  ['GrownLikelihood', 'block-likelihoods.v1'],
  ['GrownPolicy', 'contact-policies.v1'],
  ['GrownRequest', 'data-requests.v1'],
  ['GrownWish', 'privacy-wishes.v1'],
  ['GrownAlert', 'alerts.v1'],
  ['GrownFence', 'privacy-fence.v1'],
  ['GrownAct', 'audit.v1'],
];
const rows = (rowOf) => grownEvents.map((event) => `  ${rowOf(event)},\n`).join('');

/** What grows, and where: a text of contracts and what takes its place. */
const growths = [
  ['signals.ts', `  'inbound-message',\n`, `  'inbound-message',\n  'grown-kind',\n`],
  ['purposes.ts', `'social']`, `'social', 'grown-channel']`],
  ['purposes.ts', `'feedback']`, `'feedback', 'grown-purpose']`],
  ['events/data-requests.ts', `  'portability',\n`, `  'portability',\n  'grown-right',\n`],
  ['events/contact-signals.ts', `'service']`, `'service', 'grown-category']`],
  [
    'events/registry.ts',
    `} as const;\n\nexport type EventType`,
    `${rows(([type]) => `${type}: SubjectFenced`)}  GrownUnplaced: SubjectFenced,\n} as const;\n\nexport type EventType`,
  ],
  [
    'topics.ts',
    `  SubjectFenced: 'privacy-fence.v1',\n`,
    `  SubjectFenced: 'privacy-fence.v1',\n${rows(([type, topic]) => `${type}: '${topic}'`)}`,
  ],
];

/** The places that must know, each with the member that its table lacks. */
const expected = {
  'compliance/src/addresses/follow-addresses.consumer.ts': ['GrownSignal'],
  'compliance/src/addresses/follow-proofs.consumer.ts': ['GrownPolicy'],
  'compliance/src/audit/audit.consumer.ts': ['GrownAct'],
  // The compiler names four of them.
  'contracts/src/events/acts.ts': [
    'GrownAct',
    'GrownAlert',
    'GrownFence',
    'GrownLikelihood',
    'and 5 more',
  ],
  'contracts/src/topics.ts': ['GrownUnplaced'],
  'domain/src/analysis/analysis-words.ts': ['GrownFence', 'GrownPolicy'],
  'domain/src/block-likelihood/incremental/compact-fact.ts': ['grown-kind'],
  'domain/src/contact-policy/channels.ts': ['grown-channel'],
  'domain/src/contact-policy/contact-policy.ts': ['GrownPolicy'],
  'domain/src/contact-policy/message-categories.ts': ['grown-category'],
  'domain/src/contact-policy/purposes.ts': ['grown-purpose'],
  // On what a purpose may rest, and on what it rests where nobody said.
  'contracts/src/tenants.ts': ['grown-purpose', 'grown-purpose'],
  'domain/src/contact-policy/remembered-refusals.ts': ['grown-channel'],
  'domain/src/contact-policy/shared-addresses.ts': ['grown-channel'],
  'domain/src/data-request/request-states.ts': ['GrownRequest'],
  'domain/src/data-request/rights.ts': ['grown-right'],
  'domain/src/signals/answers.ts': ['grown-category'],
  'domain/src/signals/kinds.ts': ['grown-kind'],
  'ingestion/src/contacts/conflicts/forget-conflicts.consumer.ts': ['GrownFence'],
  'ingestion/src/contact-views/ledger-words.consumer.ts': ['GrownFence', 'GrownPolicy'],
  'ingestion/src/wishes/remember-refusals.consumer.ts': ['GrownPolicy'],
  'ingestion/src/immediate-rights/immediate-rights.consumer.ts': ['GrownWish'],
  'ingestion/src/whatsapp/lifecycle/messages.projection.ts': ['grown-category'],
  // Who receives what is written there, and how it is withdrawn.
  'outreach/src/consents/receipt-record.ts': ['grown-channel', 'grown-channel'],
  'outreach/src/decisions/follow-refusals.consumer.ts': ['GrownPolicy'],
  'outreach/src/decisions/follow-contacts.consumer.ts': ['GrownSignal'],
  'outreach/src/decisions/follow-restrictions.consumer.ts': ['GrownWish'],
  'outreach/src/notices/clause/facts.ts': ['grown-purpose'],
  // In either language.
  'outreach/src/wording/sentences.ts': ['grown-purpose', 'grown-purpose'],
  'outreach/src/wording/words.ts': ['grown-purpose', 'grown-channel'],
  'scoring/src/assessment/block-likelihood.consumer.ts': ['GrownSignal'],
  'scoring/src/exclusions/follow-restrictions.consumer.ts': ['GrownWish'],
};

/** What is copied: whose texts grow, and who reads them. */
const copied = [
  ...['contracts', 'domain'].map((name) => ({ name, from: join(root, 'packages', name) })),
  ...['ingestion', 'scoring', 'outreach', 'compliance'].map((name) => ({
    name,
    from: join(root, 'apps', name),
  })),
];

// What a service's tests are built of reaches into packages that are not copied.
const isTest = (path) => /\.test\.ts$|\/src\/testing$/.test(path);

rmSync(copy, { recursive: true, force: true });
for (const { name, from } of copied) {
  mkdirSync(join(copy, name), { recursive: true });
  cpSync(join(from, 'src'), join(copy, name, 'src'), {
    recursive: true,
    filter: (path) => !isTest(path),
  });
  cpSync(join(from, 'package.json'), join(copy, name, 'package.json'));
  symlinkSync(join(from, 'node_modules'), join(copy, name, 'node_modules'));
}
for (const [file, before, after] of growths) {
  const path = join(copy, 'contracts/src', file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(before))
    throw new Error(`${file} no longer holds ${before.trim()}: mend the growth.`);
  writeFileSync(path, text.replace(before, after));
}
const config = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    rootDir: '${configDir}',
    declaration: false,
    incremental: false,
    skipLibCheck: true,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    types: ['node'],
    customConditions: ['tact-source'],
    paths: {
      '@tact/contracts': ['./contracts/src/index.ts'],
      '@tact/domain': ['./domain/src/index.ts'],
    },
  },
  include: copied.map(({ name }) => `${name}/src`),
};
writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(config));
const { stdout } = spawnSync('tsc', ['-p', join(copy, 'tsconfig.json'), '--pretty', 'false'], {
  cwd: copy,
  encoding: 'utf8',
});

/** What a place lacks: members of its table, or a case of its switch that ends in `assertNever`. */
const membersLackedBy = (error) => {
  const several = /is missing the following properties from type .*?: (.+?)\.?$/.exec(error)?.[1];
  if (several !== undefined) return several.replaceAll('"', '').split(', ').toSorted();
  const one = /Property '"?(.+?)"?' is missing/.exec(error)?.[1];
  if (one !== undefined) return [one];
  return /not assignable to (?:parameter of )?type 'never'/.test(error) ? ['a case'] : [];
};

// Other errors follow from a missing row, and are no places of their own.
const found = {};
for (const line of stdout.split('\n')) {
  const [, file, error] = /^(\S+?)\(\d+,\d+\): error (.+)$/.exec(line) ?? [];
  const members = file === undefined ? [] : membersLackedBy(error);
  if (members.length > 0) found[file] = [...(found[file] ?? []), ...members];
}
const reported = (places) =>
  JSON.stringify(
    Object.entries(places).toSorted(([one], [other]) => (one < other ? -1 : 1)),
    undefined,
    2,
  );
if (reported(found) !== reported(expected)) {
  process.stderr.write(`A new member is asked for at other places than those that must know it:\n`);
  process.stderr.write(`${reported(found)}\n${stdout}`);
  process.exitCode = 1;
}
rmSync(copy, { recursive: true, force: true });
