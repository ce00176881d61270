import { z } from 'zod';

export const Purpose = z.enum(['signal-analysis', 'service-message', 'marketing', 'feedback']);
export type Purpose = z.infer<typeof Purpose>;

export const Channel = z.enum(['whatsapp', 'email', 'phone', 'post', 'social']);
export type Channel = z.infer<typeof Channel>;

export const ConsentState = z.enum(['given', 'withdrawn']);
export type ConsentState = z.infer<typeof ConsentState>;
