import {
  type ControllerContact,
  type LawfulBasis,
  type PageLanguage,
  type Purpose,
  TenantDetails,
  usualBases,
  type WhatsAppAccount,
} from '@tact/contracts';
import { z } from 'zod';

/** How the webhooks of a tenant's accounts are proved, and whose they are. */
export type WhatsAppSettings = WhatsAppAccount & {
  readonly appSecret?: string;
  readonly verifyToken?: string;
  /** Of the installation's environment: such an account changes with it and is stored nowhere. */
  readonly isOfInstallation: boolean;
};

/** How a tenant is set up, opened. What is in clear says nothing about a person. */
export type TenantSettings = {
  readonly tenantId: string;
  readonly name: string;
  /** ISO 3166; undefined where neither the tenant nor the installation says one. */
  readonly country?: string;
  readonly timeZone: string;
  readonly languages: readonly PageLanguage[];
  readonly lawfulBasis: Readonly<Record<Purpose, LawfulBasis>>;
  readonly dpo?: { readonly name: string; readonly email: string };
  readonly contact?: ControllerContact;
  readonly replyTo?: string;
  readonly whatsapp?: WhatsAppSettings;
};

/** What stands in clear in the register. */
export const StoredSettings = TenantDetails.omit({ dpo: true, contact: true, replyTo: true });
export type StoredSettings = z.infer<typeof StoredSettings>;

/** What is sealed there under the tenant: people's names and addresses, and secrets. */
export const SealedSettings = TenantDetails.pick({
  dpo: true,
  contact: true,
  replyTo: true,
}).extend({
  appSecret: z.string().optional(),
  verifyToken: z.string().optional(),
});
export type SealedSettings = z.infer<typeof SealedSettings>;

export type TenantRow = {
  readonly tenantId: string;
  readonly settings: unknown;
  readonly sealed: string | null;
  readonly createdAt: Date;
  readonly changedAt: Date;
  readonly version: number;
};

export const tenantColumns = `tenant_id AS "tenantId", settings, sealed, created_at AS "createdAt",
  changed_at AS "changedAt", version`;

/** Part of what the seal is bound to. */
export const sealedPlace = 'tenant settings';

type People = Pick<TenantSettings, 'dpo' | 'contact' | 'replyTo'>;

/** Whom people ask, and where: the part of what is sealed that is no secret. */
export const peopleIn = ({
  dpo,
  contact,
  replyTo,
}: Pick<TenantDetails, 'dpo' | 'contact' | 'replyTo'>): People => ({
  ...(dpo === undefined ? {} : { dpo }),
  ...(contact === undefined ? {} : { contact }),
  ...(replyTo === undefined ? {} : { replyTo }),
});

const whatsappOf = (
  account: WhatsAppAccount,
  { appSecret, verifyToken }: SealedSettings,
): WhatsAppSettings => ({
  ...account,
  ...(appSecret === undefined ? {} : { appSecret }),
  ...(verifyToken === undefined ? {} : { verifyToken }),
  isOfInstallation: false,
});

/** A tenant as its row tells it. */
export const settingsOf = (
  tenantId: string,
  stored: StoredSettings,
  sealed: SealedSettings,
): TenantSettings => {
  const { name, country, timeZone, languages, lawfulBasis, whatsapp } = stored;
  return {
    tenantId,
    name,
    ...(country === undefined ? {} : { country }),
    timeZone,
    languages,
    lawfulBasis: { ...usualBases, ...lawfulBasis },
    ...peopleIn(sealed),
    ...(whatsapp === undefined ? {} : { whatsapp: whatsappOf(whatsapp, sealed) }),
  };
};
