import { z } from 'zod';

export const signalFamilies = [
  'delivery',
  'inbound',
  'call',
  'photo',
  'presence',
  'group',
  'context',
] as const;
export type SignalFamily = (typeof signalFamilies)[number];

/** Every kind of contact signal. What each means stands once, in the domain's table of kinds. */
export const SignalKind = z.enum([
  'message-sent',
  'message-delivered',
  'message-read',
  'message-played',
  'message-failed',
  'message-dropped',
  'reaction-sent',
  'inbound-message',
  'call-rang',
  'call-answered',
  'call-rejected',
  'call-not-ringing',
  'photo-seen',
  'photo-missing',
  'presence-seen',
  'presence-missing',
  'group-receipt',
  'group-receipt-missing',
  'group-add-accepted',
  'group-add-refused',
  'complaint-recorded',
  'promotion-sent',
  'marketing-opt-out',
  'marketing-opt-in',
  'number-changed',
]);
export type SignalKind = z.infer<typeof SignalKind>;

/** What WhatsApp or the CRM says about the sender as a whole. */
export const reportedSenderKinds = [
  'phone-quality-changed',
  'phone-number-changed',
  'template-quality-changed',
  'template-status-changed',
  'template-category-changed',
  'account-changed',
  'account-alert',
  'capability-changed',
  'account-error',
] as const;

/** What is said about the sender as a whole, never about one contact; the last two are counted by the platform itself. */
export const SenderSignalKind = z.enum([
  ...reportedSenderKinds,
  'error-code-flood',
  'error-code-unknown',
]);
export type SenderSignalKind = z.infer<typeof SenderSignalKind>;
