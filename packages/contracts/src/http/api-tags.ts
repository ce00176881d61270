/** The chapters of the API's description. */
export const apiTags = {
  Contacts: 'People the business knows: registered with their identities, found by one of them.',
  Signals:
    'Observations about a contact, reported by the business, and what became known afterwards.',
  Imports: 'Files of a CRM, of any length, judged line by line.',
  'Block likelihoods': 'How probable it is that a contact blocked the business, and why.',
  Incidents: 'Windows of time in which silence does not count as evidence.',
  Alerts: 'What a person must look at.',
  Models: 'What turns signals into likelihoods, and how good it was on held-out people.',
  Consents: 'What a person agreed to and took back, with its proof.',
  'Contact decisions': 'Whether a message may be sent now.',
  'Data requests': 'Rights of the person (GDPR Art. 15 to 21) and their due dates.',
  Keys: 'Who may call, and for what.',
  Staff: 'The people who act for the tenant, what they may do, and where they are signed in.',
  Audit: 'What was done, by whom, to whom and why: a chain that shows if a link was changed.',
  Signatures: 'How what the platform signed is checked by others.',
  Tenants:
    'Businesses that share the platform, each apart from every other one, and their settings.',
  Webhooks: 'What WhatsApp reports.',
  Operations: 'For operators, on the port of a service.',
} as const satisfies Record<string, string>;

export type ApiTag = keyof typeof apiTags;
