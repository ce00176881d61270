import { TenantBases, type TenantPage, type TenantView } from '@tact/contracts';
import { type Installation, peopleIn, type TenantRecord } from '@tact/platform';

/** Whose an account is where the tenant names none of its own. */
const accountOf = (
  { tenantId, details: { whatsapp }, secrets }: TenantRecord,
  { account, accountTenantId }: Installation,
): TenantView['whatsapp'] => {
  const webhookPath = `/v1/webhooks/whatsapp/${tenantId}`;
  if (whatsapp !== undefined) {
    return {
      ...whatsapp,
      hasAppSecret: secrets.appSecret !== undefined,
      hasVerifyToken: secrets.verifyToken !== undefined,
      webhookPath,
      isOfInstallation: false,
    };
  }
  if (account === undefined || tenantId !== accountTenantId) return undefined;
  const { wabaIds, senders } = account;
  return {
    wabaIds,
    senders,
    hasAppSecret: true,
    hasVerifyToken: true,
    webhookPath,
    isOfInstallation: true,
  };
};

/** Whose settings an answer shows: an operator looks at other tenants, and each of them hears of it. */
export const settingsShown = (body: unknown): readonly (readonly [string, unknown])[] => {
  const views = body as TenantPage | TenantView satisfies object;
  const shown = 'items' in views ? views.items : [views];
  return shown.map((view) => [view.slug, view]);
};

/** A tenant as itself and an operator see it. */
export const viewOf = (record: TenantRecord, installation: Installation): TenantView => {
  const { tenantId, details, createdAt, changedAt, version } = record;
  const { name, country = installation.country, timeZone, languages, lawfulBasis } = details;
  const { balancingTests } = details;
  const whatsapp = accountOf(record, installation);
  return {
    slug: tenantId,
    name,
    ...(country === undefined ? {} : { defaultCountry: country }),
    defaultZone: timeZone,
    languages,
    lawfulBasis: TenantBases.parse(lawfulBasis),
    ...(balancingTests === undefined ? {} : { balancingTests }),
    ...peopleIn(details),
    ...(whatsapp === undefined ? {} : { whatsapp }),
    version,
    createdAt: createdAt.toISOString(),
    changedAt: changedAt.toISOString(),
  };
};
