import type { TenantView } from '@tact/contracts';
import { printable } from '../../terminal/terminal.ts';

const accountLines = ({ whatsapp }: TenantView): string[] => {
  if (whatsapp === undefined) return ['  WhatsApp   no account'];
  const { wabaIds, senders, isOfInstallation, hasAppSecret, hasVerifyToken, webhookPath } =
    whatsapp;
  const isProved = hasAppSecret && hasVerifyToken;
  const of = isOfInstallation ? ', of the installation' : '';
  return [
    `  WhatsApp   ${wabaIds.join(', ')}${of}, ${isProved ? 'secrets are set' : 'a secret is missing'}`,
    ...(senders.length === 0 ? [] : [`  senders    ${senders.join(', ')}`]),
    `  webhooks   POST ${webhookPath}`,
  ];
};

const contactOf = ({ contact = {} }: TenantView): string => {
  const { postalAddress, email, phone } = contact;
  const known = [postalAddress, email, phone].filter((one) => one !== undefined);
  return known.length === 0 ? 'none' : known.join(', ');
};

/** How a tenant is set up, for a person; never a secret. */
export const tenantLines = (view: TenantView): string[] => {
  const { name, defaultCountry = 'none', defaultZone, languages, lawfulBasis, dpo } = view;
  const bases = Object.entries(lawfulBasis).map(([purpose, basis]) => `${purpose}: ${basis}`);
  return [
    `  name       ${printable(name)}`,
    `  country    ${defaultCountry}, ${defaultZone}`,
    `  languages  ${languages.join(', ')}`,
    `  basis      ${bases.join(', ')}`,
    `  officer    ${dpo === undefined ? 'none' : printable(`${dpo.name}, ${dpo.email}`)}`,
    `  contact    ${printable(contactOf(view))}`,
    ...(view.replyTo === undefined ? [] : [`  answers    ${printable(view.replyTo)}`]),
    ...accountLines(view),
  ];
};
