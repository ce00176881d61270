import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { EventDataOf, TenantDetails, TenantSettingsRequest } from '@tact/contracts';
import {
  Clock,
  EventStore,
  Installation,
  phoneCountryOf,
  ProblemError,
  type Queryable,
  type TenantRecord,
  TenantRegister,
  type TenantSecrets,
} from '@tact/platform';
import { zoneOfCountry } from './country-zones.ts';

const refused = (pointer: string, message: string): ProblemError =>
  new ProblemError('validation-failed', { errors: [{ pointer, message }] });

/** What a request says, as it is kept. Throws the problem of a country or a zone that is none. */
const detailsOf = (request: TenantSettingsRequest): TenantDetails => {
  const { name, defaultCountry, languages, lawfulBasis, dpo, whatsapp } = request;
  if (phoneCountryOf(defaultCountry) !== defaultCountry) {
    throw refused('/defaultCountry', 'There is no such country.');
  }
  const timeZone = request.defaultZone ?? zoneOfCountry(defaultCountry);
  if (timeZone === undefined) {
    throw refused('/defaultZone', 'This country has several time zones: give one.');
  }
  return {
    name,
    country: defaultCountry,
    timeZone,
    languages,
    lawfulBasis,
    ...(dpo === undefined ? {} : { dpo }),
    ...(whatsapp && { whatsapp: { wabaIds: whatsapp.wabaIds, senders: whatsapp.senders } }),
  };
};

/** Of an account that is named; a secret that is left out is the one there was. */
const secretsOf = (
  { whatsapp }: TenantSettingsRequest,
  before: TenantSecrets = {},
): TenantSecrets => {
  if (whatsapp === undefined) return {};
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

  find(queryable: Queryable, tenantId: string): Promise<TenantRecord | undefined> {
    return this.register.find(queryable, tenantId);
  }

  /** Undefined: there is one of this slug. */
  async create(
    tx: Queryable,
    tenantId: string,
    request: TenantSettingsRequest,
  ): Promise<TenantRecord | undefined> {
    const details = detailsOf(request);
    this.#refuseOfInstallation(tenantId, details);
    return await this.createAs(tx, { tenantId, details, secrets: secretsOf(request) });
  }

  async createAs(
    tx: Queryable,
    tenant: Pick<TenantRecord, 'tenantId' | 'details' | 'secrets'>,
  ): Promise<TenantRecord | undefined> {
    const { tenantId, details } = tenant;
    const at = this.clock.now();
    const refusal = await this.register.create(tx, { ...tenant, at });
    if (refusal?.refused === 'taken') return undefined;
    if (refusal) throw accountTaken();
    const data = { tenantId, ...details, at: at.toISOString() };
    await this.#tell(tx, { type: 'TenantCreated', data });
    return { ...tenant, createdAt: at, changedAt: at };
  }

  /** Undefined: there is no such tenant. What changes nothing is told to nobody. */
  async change(
    tenantId: string,
    request: TenantSettingsRequest,
  ): Promise<TenantRecord | undefined> {
    const details = detailsOf(request);
    this.#refuseOfInstallation(tenantId, details);
    return await this.store.transaction(async (tx) => {
      await this.register.lock(tx);
      const before = await this.register.find(tx, tenantId);
      if (before === undefined) return undefined;
      const secrets = secretsOf(request, before.secrets);
      const isSame = isDeepStrictEqual([details, secrets], [before.details, before.secrets]);
      if (isSame) return before;
      const at = this.clock.now();
      const refusal = await this.register.change(tx, { tenantId, details, secrets, at });
      if (refusal) throw accountTaken();
      const newSecrets = newSecretsOf(secrets, before.secrets);
      const data = { tenantId, ...details, newSecrets, at: at.toISOString() };
      await this.#tell(tx, { type: 'TenantSettingsChanged', data });
      return { ...before, details, secrets, changedAt: at };
    });
  }

  #refuseOfInstallation(tenantId: string, { whatsapp }: TenantDetails): void {
    const { account, accountTenantId } = this.installation;
    if (tenantId === accountTenantId) return;
    if (whatsapp?.wabaIds.some((id) => account?.wabaIds.includes(id))) throw accountTaken();
  }

  async #tell(tx: Queryable, event: TenantEvent): Promise<void> {
    const { tenantId } = event.data;
    await this.store.appendIn(tx, [
      {
        stream: `tenant-${tenantId}`,
        expected: 'any',
        events: [event],
        context: { tenantId, subject: tenantId, commandId: randomUUID() },
      },
    ]);
  }
}

const accountTaken = (): ProblemError =>
  new ProblemError('already-taken', {
    detail: 'One of these WhatsApp Business Accounts is of another tenant.',
  });
