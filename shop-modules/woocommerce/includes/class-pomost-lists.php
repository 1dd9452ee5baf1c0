<?php
/** Lists paged by key, as newline-delimited JSON. Knows nothing of WordPress but the database handle it is given. */
final class Pomost_Lists {
	/** Rows get their numbers before they are committed: younger ones may still have gaps between them. */
	public const SETTLING = 30;

	public const LARGEST_PAGE = 1000;

	/**
	 * One page of a table.
	 *
	 * @param object   $db     Database handle ($wpdb).
	 * @param string   $table  Table.
	 * @param string   $time   Column with the Unix time of the last change.
	 * @param array    $asked  The body of the call.
	 * @param int      $now    Present Unix time.
	 * @param callable $row    Turns a row of the table into one of the contract; null leaves it out.
	 * @return array Rows, and the last line.
	 * @throws InvalidArgumentException Its message is the wrong field.
	 */
	public static function page( object $db, string $table, string $time, array $asked, int $now, callable $row ): array {
		$after = $asked['after'] ?? null;
		$limit = $asked['limit'] ?? self::LARGEST_PAGE;
		if ( null !== $after && ( ! is_string( $after ) || ! preg_match( '/^\d{1,18}$/D', $after ) ) ) {
			throw new InvalidArgumentException( 'after' );
		}
		if ( ! is_int( $limit ) || $limit < 1 || $limit > self::LARGEST_PAGE ) {
			throw new InvalidArgumentException( 'limit' );
		}
		$after = (int) $after;
		$rows  = $db->get_results( $db->prepare( "SELECT * FROM $table WHERE seq > %d ORDER BY seq LIMIT %d", $after, $limit + 1 ), ARRAY_A );
		$more  = count( $rows ) > $limit;
		$rows  = array_slice( $rows, 0, $limit );
		$next  = $rows ? (int) end( $rows )['seq'] : $after;
		$known = self::settled( $db, $table, $time, $now );
		$end   = array(
			'end'     => true,
			'next'    => (string) $next,
			'settled' => (string) ( null === $known ? $after : min( $next, $known ) ),
			'more'    => $more,
		);
		return array( array_values( array_filter( array_map( $row, $rows ) ) ), $end );
	}

	/** The position up to which everything was written at least 30 seconds ago; null = the table is empty. */
	public static function settled( object $db, string $table, string $time, int $now ): ?int {
		if ( null === $db->get_var( "SELECT MAX(seq) FROM $table" ) ) {
			return null;
		}
		return (int) $db->get_var( $db->prepare( "SELECT MAX(seq) FROM $table WHERE $time <= %d", $now - self::SETTLING ) );
	}

	public static function lines( array $rows, array $end ): string {
		$text = '';
		foreach ( array( ...$rows, $end ) as $line ) {
			$text .= json_encode( $line, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE ) . "\n";
		}
		return $text;
	}

	public static function time( int|string|null $unix ): ?string {
		return null === $unix || '' === $unix ? null : gmdate( 'Y-m-d\TH:i:s\Z', (int) $unix );
	}
}
