import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runService } from '@tact/platform';
import { ingestionService } from './ingestion-service.ts';

// Batches die young. In a young space that grows they are kept until it is full, three times over, and a
// heap that waits for twice its size before it is cleaned would never be flat under an import.
setFlagsFromString('--semi-space-growth-factor=1');
setFlagsFromString('--heap-growing-percent=40');

await runService(ingestionService);
