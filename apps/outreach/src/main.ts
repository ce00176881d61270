import 'reflect-metadata';
import { runService } from '@tact/platform';
import { outreachService } from './outreach-service.ts';

await runService(outreachService);
