import { jest } from '@jest/globals';

/** Tests wait for disks and for each other: a limit ends what hangs, and says nothing of what is slow on a busy machine. */
jest.setTimeout(60_000);
