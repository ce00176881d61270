/** `full` survives a power cut; `test` survives the death of the process only, and is several times faster. */
export type Durability = 'full' | 'test';

/**
 * What the server is started with. The log lines matter most: an error message, its DETAIL and its parameters can
 * carry a person's phone number (`Key (phone)=(+33...) already exists`), so statements' errors never reach the
 * server's log; `log_min_messages = log` keeps start, stop, crash and FATAL lines only. The client still gets them all.
 */
export const settingsFor = (options: { port: number; durability: Durability }): string[] => {
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port: options.port,
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    // Tests run several whole platforms side by side on one server.
    max_connections: options.durability === 'test' ? 500 : 200,
    idle_in_transaction_session_timeout: '60s',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_statement: 'none',
    log_min_duration_statement: -1,
    log_parameter_max_length: 0,
    log_parameter_max_length_on_error: 0,
    log_checkpoints: 'off',
    log_autovacuum_min_duration: -1,
  };
  if (options.durability === 'test') {
    settings['fsync'] = 'off';
    settings['full_page_writes'] = 'off';
    settings['max_wal_size'] = '4GB';
  }
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
};
