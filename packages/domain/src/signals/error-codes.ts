/** What one error code may do to the belief. None of them means "blocked". */
export type Evidence =
  | 'neutral'
  | 'other_cause'
  | 'opt_out'
  | 'risk_factor'
  | 'sender_aggregate'
  | 'against_block';

/** What is judged about one code, with where the judgement comes from. */
export type JudgedCode = {
  readonly title: string;
  readonly evidence: Evidence;
  readonly cause: string;
  /** When it may be tried again, in words for people. */
  readonly retry?: string;
  readonly note?: string;
};

/**
 * Codes of failed messages. No code means "blocked": Meta publishes none. The judgements are read, not measured: they
 * are those of the WhatsApp fixtures' error table, read in Meta's error code pages of 2025-11 to 2026-05.
 */
export const messageErrors = {
  131026: {
    title: 'Message undeliverable',
    evidence: 'other_cause',
    cause: 'not_reachable_on_whatsapp',
    retry: 'never',
    note: 'Number not on WhatsApp, terms not accepted, old client. Meta does not list "blocked": never conclude from it.',
  },
  131047: {
    title: 'Re-engagement message',
    evidence: 'neutral',
    cause: 'our_own_window',
    retry: 'as template only',
    note: 'Our fault: free-form text outside the 24 h window.',
  },
  131049: {
    title: 'This message was not delivered to maintain healthy ecosystem engagement.',
    evidence: 'neutral',
    cause: 'meta_marketing_cap',
    retry: 'not before 24 h',
    note: 'Meta withheld it (per-user marketing cap). The message never tested the phone: censor it. Do not resend within 24 h.',
  },
  131050: {
    title:
      'Unable to deliver the message. This recipient has chosen to stop receiving marketing messages on WhatsApp from your business',
    evidence: 'opt_out',
    cause: 'marketing_opt_out',
    retry: 'never for marketing',
    note: 'Objection to marketing: suppress at once, GDPR Art. 21(3). Not a block: utility messages may still arrive.',
  },
  130472: {
    title: "User's number is part of an experiment",
    evidence: 'neutral',
    cause: 'meta_experiment',
    retry: 'no',
    note: 'Meta marketing experiment: censor.',
  },
  131053: {
    title: 'Media upload error',
    evidence: 'neutral',
    cause: 'our_own_content',
    retry: 'after fixing our side',
    note: 'Our media.',
  },
  131051: {
    title: 'Unsupported message type',
    evidence: 'neutral',
    cause: 'our_own_content',
    retry: 'after fixing our side',
    note: 'Our content.',
  },
  131048: {
    title: 'Spam rate limit hit',
    evidence: 'sender_aggregate',
    cause: 'many_users_blocked_us',
    retry: 'after fixing our side',
    note: 'Says that MANY users blocked or reported us, not that this one did: stop campaigns.',
  },
  131056: {
    title: '(Business Account, Consumer Account) pair rate limit hit',
    evidence: 'risk_factor',
    cause: 'we_send_too_much',
    retry: 'later, fewer',
    note: 'We message this contact too often.',
  },
  130429: {
    title: 'Rate limit hit',
    evidence: 'neutral',
    cause: 'throughput',
    retry: 'backoff',
    note: 'Retry later.',
  },
  131042: {
    title: 'Business eligibility payment issue',
    evidence: 'neutral',
    cause: 'sender_account',
    retry: 'after fixing our side',
    note: 'Our billing.',
  },
  131031: {
    title: 'Business Account locked',
    evidence: 'neutral',
    cause: 'sender_account',
    retry: 'after fixing our side',
    note: 'Our account: alert, no per-contact evidence.',
  },
  368: {
    title: 'Temporarily blocked for policies violations',
    evidence: 'neutral',
    cause: 'sender_account',
    retry: 'after fixing our side',
    note: '"blocked" here is US blocked by Meta, not by the customer.',
  },
  130497: {
    title: 'Business account is restricted from messaging users in this country.',
    evidence: 'neutral',
    cause: 'sender_account',
    retry: 'after fixing our side',
    note: 'Country rule.',
  },
  131000: {
    title: 'Something went wrong',
    evidence: 'neutral',
    cause: 'platform',
    retry: 'backoff',
    note: 'Retry.',
  },
  131016: {
    title: 'Service unavailable',
    evidence: 'neutral',
    cause: 'platform',
    retry: 'backoff',
    note: 'Platform outage: cohort monitor.',
  },
  131021: {
    title: 'Recipient cannot be sender',
    evidence: 'neutral',
    cause: 'our_own_content',
    retry: 'after fixing our side',
    note: 'Some public code calls this "blocked": wrong.',
  },
  131008: {
    title: 'Required parameter is missing',
    evidence: 'neutral',
    cause: 'our_own_content',
    retry: 'after fixing our side',
    note: 'Some public tables call this "blocked by user": wrong.',
  },
  132015: {
    title: 'Template is paused',
    evidence: 'sender_aggregate',
    cause: 'template_quality',
    retry: 'after fixing our side',
    note: 'Aggregate negative feedback on the template.',
  },
} as const satisfies Record<number, JudgedCode>;

/** Codes of failed calls. No code means "blocked": Meta publishes none. */
export const callErrors = {
  138000: {
    title: 'Calling not enabled',
    evidence: 'neutral',
    cause: 'sender_account',
  },
  138001: {
    title: 'Recipient cannot be called',
    evidence: 'other_cause',
    cause: 'not_reachable_on_whatsapp',
  },
  138002: {
    title: 'Concurrent call limit',
    evidence: 'neutral',
    cause: 'throughput',
  },
  138003: {
    title: 'Duplicate call',
    evidence: 'neutral',
    cause: 'our_own_content',
  },
  138004: {
    title: 'Connection error',
    evidence: 'neutral',
    cause: 'platform',
  },
  138005: {
    title: 'Call rate limit',
    evidence: 'neutral',
    cause: 'throughput',
  },
  138006: {
    title: 'No approved call permission',
    evidence: 'neutral',
    cause: 'no_permission',
  },
  138009: {
    title: 'Call permission request limit',
    evidence: 'risk_factor',
    cause: 'we_ask_too_much',
  },
  138012: {
    title: 'Business call limit for 24 h',
    evidence: 'risk_factor',
    cause: 'we_call_too_much',
  },
  138013: {
    title: 'Business calls unavailable',
    evidence: 'neutral',
    cause: 'sender_account',
  },
  138014: {
    title: 'Calling disabled for low quality',
    evidence: 'sender_aggregate',
    cause: 'many_users_unhappy',
  },
  138019: {
    title: 'Client could not set up the call',
    evidence: 'neutral',
    cause: 'platform_or_network',
  },
  138020: {
    title: 'Relay connection failure',
    evidence: 'neutral',
    cause: 'platform_or_network',
  },
  138021: {
    title: 'Media reception timeout',
    evidence: 'neutral',
    cause: 'platform_or_network',
  },
  138022: {
    title: 'Media transmission timeout',
    evidence: 'neutral',
    cause: 'platform_or_network',
  },
  138023: {
    title: 'Accepted, no media',
    evidence: 'against_block',
    cause: 'accepted',
  },
} as const satisfies Record<number, JudgedCode>;
