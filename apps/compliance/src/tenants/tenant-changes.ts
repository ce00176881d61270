import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import {
  type BalancingTest,
  type EventDataOf,
  Purpose,
  type SystemActor,
  type TenantDetails,
  type TenantSettingsRequest,
  type TenantView,
  usualBases,
} from '@tact/contracts';
import {
  Clock,
  EventStore,
  Installation,
  peopleIn,
  phoneCountryOf,
  ProblemError,
  type Queryable,
  type TenantRecord,
  TenantRegister,
  type TenantSecrets,
} from '@tact/platform';
import { zoneOfCountry } from './country-zones.ts';
import { viewOf } from './tenant-views.ts';

const refused = (pointer: string, message: string): ProblemError =>
  new ProblemError('validation-failed', { errors: [{ pointer, message }] });

/** What a request says, of either kind. */
type Stated = Omit<TenantSettingsRequest, 'expectedVersion'>;

/** Each purpose that rests on an interest has its test; of the others none is kept. Throws where one is missing. */
const testsOf = (
  bases: TenantDetails['lawfulBasis'],
  tests: Readonly<Partial<Record<Purpose, BalancingTest | undefined>>>,
): Pick<TenantDetails, 'balancingTests'> => {
  const resting = Purpose.options.filter((purpose) => bases[purpose] === 'legitimate-interest');
  const named = resting.map((purpose) => {
    const test = tests[purpose];
    if (test !== undefined) return [purpose, test] as const;
    throw new ProblemError('unprocessable', {
      errors: [
        {
          pointer: `/balancingTests/${purpose}`,
          message: 'Say where its balancing test is recorded, and of which day it is.',
        },
      ],
    });
  });
  return named.length === 0 ? {} : { balancingTests: Object.fromEntries(named) };
};

const accountOf = (
  { whatsapp }: Stated,
  before: TenantDetails | undefined,
): Pick<TenantDetails, 'whatsapp'> => {
  if (whatsapp === null) return {};
  const account = whatsapp ?? before?.whatsapp;
  if (account === undefined) return {};
  return { whatsapp: { wabaIds: account.wabaIds, senders: account.senders } };
};

/**
 * What a request says, as it is kept; of bases and an account what it leaves out is as before. Throws the problem of a
 * country or a zone that is none.
 */
const detailsOf = (request: Stated, before?: TenantDetails): TenantDetails => {
  const { name, defaultCountry, languages } = request;
  if (phoneCountryOf(defaultCountry) !== defaultCountry) {
    throw refused('/defaultCountry', 'There is no such country.');
  }
  const timeZone = request.defaultZone ?? zoneOfCountry(defaultCountry);
  if (timeZone === undefined) {
    throw refused('/defaultZone', 'This country has several time zones: give one.');
  }
  const kept = request.lawfulBasis === undefined ? before?.lawfulBasis : request.lawfulBasis;
  const lawfulBasis = { ...usualBases, ...kept };
  return {
    name,
    country: defaultCountry,
    timeZone,
    languages,
    lawfulBasis,
    ...testsOf(lawfulBasis, { ...before?.balancingTests, ...request.balancingTests }),
    ...peopleIn(request),
    ...accountOf(request, before),
  };
};

/** Of an account that is named; a secret that is left out is the one there was. */
const secretsOf = ({ whatsapp }: Stated, before: TenantSecrets = {}): TenantSecrets => {
  if (whatsapp === null) return {};
  if (whatsapp === undefined) return before;
  const { appSecret = before.appSecret, verifyToken = before.verifyToken } = whatsapp;
  if (appSecret === undefined) throw refused('/whatsapp/appSecret', 'Give the secret of the app.');
  if (verifyToken === undefined) {
    throw refused('/whatsapp/verifyToken', 'Give the token that Meta is to send.');
  }
  return { appSecret, verifyToken };
};

const newSecretsOf = (
  now: TenantSecrets,
  before: TenantSecrets,
): EventDataOf<'TenantSettingsChanged'>['newSecrets'] => [
  ...(now.appSecret !== undefined && now.appSecret !== before.appSecret
    ? (['app-secret'] as const)
    : []),
  ...(now.verifyToken !== undefined && now.verifyToken !== before.verifyToken
    ? (['verify-token'] as const)
    : []),
];

/** The names of settings that are others than before. */
const changedSettings = (before: TenantDetails, now: TenantDetails): string[] => {
  const [old, said] = [new Map(Object.entries(before)), new Map(Object.entries(now))];
  return [...new Set([...old.keys(), ...said.keys()])].filter(
    (name) => !isDeepStrictEqual(old.get(name), said.get(name)),
  );
};

type ChangeOptions = {
  readonly mayNameAccounts: boolean;
  /** Told, in the same transaction, that something changes. */
  readonly tell?: (tx: Queryable, changed: readonly string[]) => Promise<void>;
};

type TenantEvent =
  | { readonly type: 'TenantCreated'; readonly data: EventDataOf<'TenantCreated'> }
  | { readonly type: 'TenantSettingsChanged'; readonly data: EventDataOf<'TenantSettingsChanged'> };

/** Creates tenants and sets them up; the row that all services read and the event are one transaction. */
@Injectable()
export class TenantChanges {
  constructor(
    private readonly register: TenantRegister,
    private readonly store: EventStore,
    private readonly clock: Clock,
    private readonly installation: Installation,
  ) {}

  viewOf(record: TenantRecord): TenantView {
    return viewOf(record, this.installation);
  }

  find(queryable: Queryable, tenantId: string): Promise<TenantRecord | undefined> {
    return this.register.find(queryable, tenantId);
  }

  /** Undefined: there is one of this slug. */
  async create(
    tx: Queryable,
    tenantId: string,
    request: Stated,
  ): Promise<TenantRecord | undefined> {
    const details = detailsOf(request);
    this.#refuseOfInstallation(tenantId, details);
    return await this.createAs(tx, { tenantId, details, secrets: secretsOf(request) });
  }

  async createAs(
    tx: Queryable,
    tenant: Pick<TenantRecord, 'tenantId' | 'details' | 'secrets'>,
    by?: SystemActor,
  ): Promise<TenantRecord | undefined> {
    const { tenantId, details } = tenant;
    const at = this.clock.now();
    const refusal = await this.register.create(tx, { ...tenant, at });
    if (refusal?.refused === 'taken') return undefined;
    if (refusal) throw accountTaken();
    const data = { tenantId, ...details, at: at.toISOString() };
    await this.#tell(tx, { type: 'TenantCreated', data }, by);
    return { ...tenant, createdAt: at, changedAt: at, version: 1 };
  }

  /** Undefined: there is no such tenant. What changes nothing is told to nobody. */
  async change(
    tenantId: string,
    request: TenantSettingsRequest,
    { mayNameAccounts, tell }: ChangeOptions,
  ): Promise<TenantRecord | undefined> {
    return await this.store.transaction(async (tx) => {
      await this.register.lock(tx);
      const before = await this.register.find(tx, tenantId);
      if (before === undefined) return undefined;
      if (request.expectedVersion !== undefined && request.expectedVersion !== before.version) {
        throw changedMeanwhile();
      }
      const details = detailsOf(request, before.details);
      // Before it is known whose they are: nobody finds out which accounts others have.
      if (!mayNameAccounts) refuseOtherAccounts(details, before.details);
      this.#refuseOfInstallation(tenantId, details);
      const secrets = secretsOf(request, before.secrets);
      const isSame = isDeepStrictEqual([details, secrets], [before.details, before.secrets]);
      if (isSame) return before;
      const at = this.clock.now();
      const refusal = await this.register.change(tx, { tenantId, details, secrets, at });
      if (refusal) throw accountTaken();
      const newSecrets = newSecretsOf(secrets, before.secrets);
      const changed = [...changedSettings(before.details, details), ...newSecrets];
      const data = { tenantId, ...details, newSecrets, changed, at: at.toISOString() };
      await tell?.(tx, changed);
      await this.#tell(tx, { type: 'TenantSettingsChanged', data });
      return { ...before, details, secrets, changedAt: at, version: before.version + 1 };
    });
  }

  #refuseOfInstallation(tenantId: string, { whatsapp }: TenantDetails): void {
    const { account, accountTenantId } = this.installation;
    if (tenantId === accountTenantId) return;
    if (whatsapp?.wabaIds.some((id) => account?.wabaIds.includes(id))) throw accountTaken();
  }

  async #tell(tx: Queryable, event: TenantEvent, by?: SystemActor): Promise<void> {
    const { tenantId } = event.data;
    await this.store.appendIn(tx, [
      {
        stream: `tenant-${tenantId}`,
        expected: 'any',
        events: [event],
        context: {
          tenantId,
          subject: tenantId,
          commandId: randomUUID(),
          ...(by === undefined ? {} : { actorId: by }),
        },
      },
    ]);
  }
}

const accountTaken = (): ProblemError =>
  new ProblemError('already-taken', {
    detail: 'One of these WhatsApp Business Accounts is of another tenant.',
  });

const changedMeanwhile = (): ProblemError =>
  new ProblemError('version-conflict', {
    detail: 'The settings are others than those you read: read them again.',
  });

/** Whose an account of Meta is an operator has seen to: a tenant could name another's before it does. */
const refuseOtherAccounts = ({ whatsapp }: TenantDetails, before: TenantDetails): void => {
  const known = before.whatsapp?.wabaIds ?? [];
  if ((whatsapp?.wabaIds ?? []).every((id) => known.includes(id))) return;
  throw new ProblemError('scope-missing', {
    detail:
      'Which WhatsApp Business Accounts are a tenant’s an operator says: PUT /v1/tenants/{slug}.',
  });
};
