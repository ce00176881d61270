import { TenantView } from '@tact/contracts';
import { Refusal } from '../../terminal/refusal.ts';
import type { Running } from './running.ts';
import { settingsFrom, type TenantFlags } from './tenant-flags.ts';
import { tenantLines } from './tenant-lines.ts';

/** What a tenant says now, as it would say it again. The account of the installation is not its own to say. */
const settingsOf = ({
  name,
  defaultCountry,
  defaultZone,
  languages,
  version,
  ...view
}: TenantView) => {
  const { lawfulBasis, balancingTests, dpo, contact, replyTo, whatsapp } = view;
  const own = whatsapp?.isOfInstallation === false ? whatsapp : undefined;
  return {
    name,
    ...(defaultCountry === undefined ? {} : { defaultCountry }),
    defaultZone,
    languages,
    lawfulBasis,
    ...(balancingTests === undefined ? {} : { balancingTests }),
    expectedVersion: version,
    ...(dpo === undefined ? {} : { dpo }),
    ...(contact === undefined ? {} : { contact }),
    ...(replyTo === undefined ? {} : { replyTo }),
    ...(own && { whatsapp: { wabaIds: own.wabaIds, senders: own.senders } }),
  };
};

/** `tact tenants update`: changes what is named, and leaves the rest as it is. */
export const updateTenant = async (
  { slug, ...flags }: TenantFlags & { readonly slug: string },
  { api, terminal }: Running,
): Promise<void> => {
  if (Object.keys(flags).length === 0) throw new Refusal('Say what is to change.');
  const path = `/v1/tenants/${encodeURIComponent(slug)}`;
  const before = settingsOf(await api.get(path, TenantView));
  const view = TenantView.parse(await api.put(path, settingsFrom(flags, before)));
  terminal.line(`${slug} is set up otherwise; every service goes by it.`);
  for (const line of tenantLines(view)) terminal.line(line);
};
