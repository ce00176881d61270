/** By which the watchdog ends its process: one that nobody else sends, so that a loop is told from short memory. */
export const overdueSignal = 'SIGALRM';
