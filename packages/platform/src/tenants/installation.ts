import { type TenantDetails, usualBases } from '@tact/contracts';
import type { PlatformConfig } from '../config/config.ts';
import { settingsOf, type TenantSettings, type WhatsAppSettings } from './tenant-settings.ts';

type Named = Pick<
  PlatformConfig,
  | 'TACT_BOOTSTRAP_TENANT'
  | 'DEFAULT_COUNTRY'
  | 'WHATSAPP_APP_SECRET'
  | 'WHATSAPP_VERIFY_TOKEN'
  | 'WHATSAPP_WABA_IDS'
  | 'WHATSAPP_TENANT'
>;

/** As the first tenant is created: what it says later it says itself. */
export const firstDetails = (tenantId: string): TenantDetails => ({
  name: tenantId,
  timeZone: 'Europe/Paris',
  languages: ['fr', 'en'],
  lawfulBasis: usualBases,
});

const accountOf = ({
  WHATSAPP_APP_SECRET: appSecret,
  WHATSAPP_VERIFY_TOKEN: verifyToken,
  WHATSAPP_WABA_IDS: ids,
}: Named): WhatsAppSettings | undefined => {
  if (ids === undefined) return undefined;
  const wabaIds = ids
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return {
    // Ingestion alone is given them where services have environments of their own.
    ...(appSecret === undefined ? {} : { appSecret }),
    ...(verifyToken === undefined ? {} : { verifyToken }),
    wabaIds,
    senders: [],
    isOfInstallation: true,
  };
};

/**
 * What the environment of a platform says of its first tenant, and for those that say nothing of their own. It is read at
 * each start and stored nowhere, so that it changes with the environment.
 */
export class Installation {
  readonly firstTenantId: string;
  readonly country: string | undefined;
  /** Whose the account of the environment is. */
  readonly accountTenantId: string;
  readonly account: WhatsAppSettings | undefined;

  constructor(config: Named) {
    this.firstTenantId = config.TACT_BOOTSTRAP_TENANT;
    this.country = config.DEFAULT_COUNTRY;
    this.accountTenantId = config.WHATSAPP_TENANT ?? this.firstTenantId;
    this.account = accountOf(config);
  }

  /** Of the tenants that the environment names also before they are in the register. */
  settingsOf(tenantId: string): TenantSettings | undefined {
    if (tenantId !== this.firstTenantId && tenantId !== this.accountTenantId) return undefined;
    return this.completed(settingsOf(tenantId, firstDetails(tenantId), {}));
  }

  /** A tenant's own word goes before that of the environment. */
  completed(settings: TenantSettings): TenantSettings {
    const { tenantId, country = this.country, whatsapp } = settings;
    const account = whatsapp ?? (tenantId === this.accountTenantId ? this.account : undefined);
    return {
      ...settings,
      ...(country === undefined ? {} : { country }),
      ...(account === undefined ? {} : { whatsapp: account }),
    };
  }
}
