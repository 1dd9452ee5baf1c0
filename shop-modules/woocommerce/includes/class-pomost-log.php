<?php
/** The log of changes, which is the outbox, too. Hooks only take note; the rows are written when the page is done. */
final class Pomost_Log {
	public const KEEP_DAYS = 30;

	private const MOST_NOTED = 200;

	private const OWN = 'own';

	private static array $noted = array();

	private static int $muted = 0;

	/** Notes that an object changed. The same object is one row per request, written last. */
	public static function note( string $stream, int|string $id, string $kind = 'changed' ): void {
		if ( self::$muted > 0 || '' === (string) $id || '0' === (string) $id ) {
			return;
		}
		$key = "$stream $id $kind";
		unset( self::$noted[ $key ] );
		self::$noted[ $key ] = array( $stream, $kind, (string) $id );
		if ( count( self::$noted ) >= self::MOST_NOTED ) {
			self::flush();
		}
	}

	/** Does something whose changes are Pomost's own and need not be told to it. */
	public static function without( callable $work ): mixed {
		++self::$muted;
		try {
			return $work();
		} finally {
			--self::$muted;
		}
	}

	public static function flush(): void {
		global $wpdb;
		if ( ! self::$noted ) {
			return;
		}
		$rows = '';
		foreach ( self::$noted as $row ) {
			$rows .= ( '' === $rows ? '' : ', ' ) . $wpdb->prepare( '(%s, %s, %s, %d, 0)', ...array( ...$row, time() ) );
		}
		self::$noted = array();
		$wpdb->query( 'INSERT INTO ' . Pomost_Tables::name( 'log' ) . " (stream, kind, object_id, at_time, pushed) VALUES $rows" );
		Pomost_Push::schedule();
	}

	/** Writes one row now and gives its number, the position of the object in its own list. */
	public static function write( string $stream, string $id ): int {
		global $wpdb;
		$table = Pomost_Tables::name( 'log' );
		// Pomost's own changes take a number, too, and their row is told to nobody.
		$own = self::$muted > 0;
		$wpdb->query( $wpdb->prepare( "INSERT INTO $table (stream, kind, object_id, at_time, pushed) VALUES (%s, %s, %s, %d, %d)", $stream, $own ? self::OWN : 'changed', $id, time(), (int) $own ) );
		$seq = (int) $wpdb->insert_id;
		if ( ! $own ) {
			Pomost_Push::schedule();
		}
		return $seq;
	}

	/** The row as the contract has it; null = told to nobody. */
	public static function row( array $row ): ?array {
		return self::OWN === $row['kind'] ? null : array(
			'seq'    => (int) $row['seq'],
			'stream' => $row['stream'],
			'kind'   => $row['kind'],
			'id'     => $row['object_id'],
			'at'     => Pomost_Lists::time( $row['at_time'] ),
		);
	}

	public static function name(): string {
		return (string) get_option( 'pomost_log_name' );
	}

	public static function first(): int {
		return 1 + (int) get_option( 'pomost_log_removed' );
	}

	/** Removes what is older than the contract asks for, and says up to where. */
	public static function prune( int $now ): void {
		global $wpdb;
		$table = Pomost_Tables::name( 'log' );
		// The last row stays: older databases would give its number a second time.
		$last = $wpdb->get_var( $wpdb->prepare( "SELECT MAX(seq) FROM $table WHERE at_time < %d AND seq < (SELECT MAX(seq) FROM $table)", $now - self::KEEP_DAYS * DAY_IN_SECONDS ) );
		if ( null === $last ) {
			return;
		}
		// Said first: a reader between the two sees a gap too early rather than too late.
		update_option( 'pomost_log_removed', (int) $last, false );
		$wpdb->query( $wpdb->prepare( "DELETE FROM $table WHERE seq <= %d", $last ) );
	}
}
