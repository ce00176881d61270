import type { TactClient } from '@tact/client';
import type { Terminal } from '../../terminal/terminal.ts';

export type Running = { readonly api: TactClient; readonly terminal: Terminal };
