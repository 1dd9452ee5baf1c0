<?php
/** Newsletter subscribers without an account. */
final class Pomost_Subscribers {
	/** Writes a statement. Gives 'written' or 'unchanged'. */
	public static function say( string $email, string $channel, string $state, string $source, int $at ): string {
		global $wpdb;
		$table = Pomost_Tables::name( 'subscriber' );
		$email = strtolower( trim( $email ) );
		$known = self::find( $email );
		if ( $known && $known[ $channel . '_state' ] === $state ) {
			return 'unchanged';
		}
		if ( ! $known ) {
			$quiet = $wpdb->suppress_errors( true );
			$wpdb->query( $wpdb->prepare( "INSERT INTO $table (email, tags, registered_at, changed_at, seq) VALUES (%s, '', %d, %d, 0)", $email, $at, $at ) );
			$wpdb->suppress_errors( $quiet );
			$known = self::find( $email );
		}
		$seq = Pomost_Log::write( 'subscribers', (string) $known['id'] );
		$wpdb->query(
			$wpdb->prepare(
				"UPDATE $table SET {$channel}_state = %s, {$channel}_at = %d, {$channel}_source = %s, changed_at = %d, seq = %d WHERE id = %d",
				$state,
				$at,
				$source,
				time(),
				$seq,
				$known['id']
			)
		);
		return 'written';
	}

	/** Sets and removes tags. Points stand behind a colon, as in the field of accounts. */
	public static function tag( array $known, array $set, array $remove ): string {
		global $wpdb;
		$tags = array();
		foreach ( array_filter( explode( "\n", (string) $known['tags'] ) ) as $tag ) {
			$tags[ $tag ] = true;
		}
		$before = $tags;
		foreach ( array_merge( $remove, array_keys( $set ) ) as $tag ) {
			foreach ( array_keys( $tags ) as $old ) {
				if ( 0 === strcasecmp( (string) $old, (string) $tag ) ) {
					unset( $tags[ $old ] );
				}
			}
		}
		foreach ( array_keys( $set ) as $tag ) {
			$tags[ str_replace( "\n", ' ', (string) $tag ) ] = true;
		}
		ksort( $tags );
		ksort( $before );
		if ( $tags === $before ) {
			return 'unchanged';
		}
		$seq = Pomost_Log::write( 'subscribers', (string) $known['id'] );
		$wpdb->query(
			$wpdb->prepare(
				'UPDATE ' . Pomost_Tables::name( 'subscriber' ) . ' SET tags = %s, changed_at = %d, seq = %d WHERE id = %d',
				implode( "\n", array_keys( $tags ) ),
				time(),
				$seq,
				$known['id']
			)
		);
		return 'written';
	}

	public static function find( string $email ): ?array {
		global $wpdb;
		return $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM ' . Pomost_Tables::name( 'subscriber' ) . ' WHERE email = %s', strtolower( trim( $email ) ) ), ARRAY_A );
	}

	public static function row( array $row ): array {
		return array(
			'id'            => (string) $row['id'],
			'email'         => $row['email'],
			'first_name'    => $row['first_name'],
			'registered_at' => Pomost_Lists::time( $row['registered_at'] ),
			'modified_at'   => Pomost_Lists::time( $row['changed_at'] ),
			'email_consent' => self::consent( $row, 'email' ),
			'sms_consent'   => self::consent( $row, 'sms' ),
			'tags'          => array_values( array_filter( explode( "\n", (string) $row['tags'] ) ) ),
		);
	}

	/** What a row says of a channel, as the contract has it; null = nothing. */
	public static function consent( array $row, string $channel ): ?array {
		return null === $row[ $channel . '_state' ] ? null : array(
			'state'  => $row[ $channel . '_state' ],
			'at'     => Pomost_Lists::time( $row[ $channel . '_at' ] ),
			'source' => $row[ $channel . '_source' ],
		);
	}
}
