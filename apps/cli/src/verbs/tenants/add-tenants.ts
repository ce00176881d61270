import type { Command } from 'commander';
import { createTenant } from './create-tenant.ts';
import { listTenants } from './list-tenants.ts';
import { newTenantKey } from './new-key.ts';
import type { Running } from './running.ts';
import { showTenant } from './show-tenant.ts';
import type { TenantFlags } from './tenant-flags.ts';
import { updateTenant } from './update-tenant.ts';

const withSettings = (verb: Command): Command =>
  verb
    .option('--zone <zone>', "IANA zone (default: that of the country's capital)")
    .option('--languages <languages>', 'of pages and mails, the usual one first, e.g. fr,en')
    .option('--dpo-name <name>', 'whom people ask about their data')
    .option('--dpo-email <email>', 'and at which address')
    .option('--contact-address <address>', 'where the business is reached by post, in one line')
    .option('--contact-email <email>', 'and by e-mail')
    .option('--contact-phone <number>', 'and by telephone')
    .option('--reply-to <email>', 'where answers to its mails go (default: the contact)')
    .option('--whatsapp <file>', 'JSON: { appSecret, verifyToken, wabaIds, senders }');

/** The verbs of `tact tenants`; `running` finds the platform when a verb is carried out. */
export const addTenants = (tact: Command, running: () => Running): void => {
  const tenants = tact.command('tenants').description('businesses that share the platform');
  withSettings(
    tenants
      .command('create')
      .description('make a tenant and show its first key, this once')
      .argument('<slug>', 'what its paths name it by, for good, e.g. maison-zelie')
      .requiredOption('--name <name>', 'as its customers know it')
      .requiredOption('--country <code>', 'ISO 3166, e.g. FR: national phones are read by it'),
  ).action((slug: string, flags: TenantFlags) => createTenant({ slug, ...flags }, running()));
  tenants
    .command('show')
    .description('how a tenant is set up')
    .argument('<slug>')
    .action((slug: string) => showTenant(slug, running()));
  withSettings(
    tenants
      .command('update')
      .description('change what is named of a tenant, and leave the rest')
      .argument('<slug>')
      .option('--name <name>', 'as its customers know it')
      .option('--country <code>', 'ISO 3166, e.g. FR'),
  )
    .option('--no-whatsapp', 'it has no account of its own any more')
    .action((slug: string, { whatsapp, ...flags }: TenantFlags & { whatsapp?: string | boolean }) =>
      // Without either flag commander says true.
      updateTenant(
        {
          slug,
          ...flags,
          ...(typeof whatsapp === 'string' || whatsapp === false ? { whatsapp } : {}),
        },
        running(),
      ),
    );
  tenants
    .command('new-key')
    .description('draw another first key for a tenant that has lost its own, and show it this once')
    .argument('<slug>')
    .action((slug: string) => newTenantKey(slug, running()));
  tenants
    .command('list')
    .description('every tenant')
    .action(() => listTenants(running()));
};
