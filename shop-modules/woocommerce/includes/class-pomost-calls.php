<?php
/** What Pomost may ask: one address, signed calls. */
final class Pomost_Calls {
	private const ROUTE = '/pomost/v1/call';

	private const SOURCES = array( 'registration', 'account', 'checkout', 'form', 'import', 'pomost' );

	public static function register(): void {
		add_action(
			'rest_api_init',
			static function () {
				// Open to everybody: the signature says who calls.
				register_rest_route( 'pomost/v1', '/call', array( 'methods' => 'POST', 'callback' => array( self::class, 'answer' ), 'permission_callback' => '__return_true' ) );
			}
		);
		add_filter( 'rest_pre_serve_request', array( self::class, 'serve' ), 10, 3 );
	}

	/** Lists are lines of JSON, which WordPress would encode once more. */
	public static function serve( $served, $result, $request ) {
		if ( $served || self::ROUTE !== $request->get_route() || ! is_string( $result->get_data() ) ) {
			return $served;
		}
		echo $result->get_data(); // phpcs:ignore WordPress.Security.EscapeOutput -- JSON, not HTML.
		return true;
	}

	public static function answer( WP_REST_Request $request ): WP_REST_Response {
		$now     = time();
		$method  = (string) $request->get_header( 'X-Pomost-Method' );
		$nonce   = (string) $request->get_header( 'X-Pomost-Nonce' );
		$body    = (string) $request->get_body();
		$problem = Pomost_Signature::problem(
			pomost_configuration()['secret'],
			(string) $request->get_header( 'X-Pomost-Timestamp' ),
			$nonce,
			$method,
			$body,
			(string) $request->get_header( 'X-Pomost-Signature' ),
			$now
		);
		if ( '' !== $problem ) {
			return self::problem( $problem, 'too-large' === $problem ? 413 : 401, 'stale' === $problem ? array( 'now' => Pomost_Lists::time( $now ) ) : array() );
		}
		if ( ! Pomost_Tables::take_nonce( $nonce, $now ) ) {
			return self::problem( 'replayed', 409 );
		}
		$asked = json_decode( $body, true );
		if ( ! is_array( $asked ) ) {
			return self::problem( 'invalid', 400, array( 'field' => '' ) );
		}
		try {
			return self::dispatch( $method, $asked, $now );
		} catch ( InvalidArgumentException $wrong ) {
			return self::problem( 'invalid', 400, array( 'field' => $wrong->getMessage() ) );
		}
	}

	private static function dispatch( string $method, array $asked, int $now ): WP_REST_Response {
		global $wpdb;
		switch ( $method ) {
			case 'info':
				return self::json( self::info( $now ) );
			case 'changes':
				list( $rows, $end ) = Pomost_Lists::page( $wpdb, Pomost_Tables::name( 'log' ), 'at_time', $asked, $now, array( 'Pomost_Log', 'row' ) );
				return self::lines( $rows, $end + array( 'log' => Pomost_Log::name(), 'first' => Pomost_Log::first() ) );
			case 'subscribers':
				return self::lines( ...Pomost_Lists::page( $wpdb, Pomost_Tables::name( 'subscriber' ), 'changed_at', $asked, $now, array( 'Pomost_Subscribers', 'row' ) ) );
			case 'carts':
				return self::lines( ...Pomost_Lists::page( $wpdb, Pomost_Tables::name( 'cart' ), 'changed_at', $asked, $now, array( 'Pomost_Carts', 'row' ) ) );
			case 'consent.set':
				return self::json( Pomost_Log::without( static fn() => self::set_consent( $asked, $now ) ) );
			case 'tags.set':
				return self::json( array( 'outcome' => Pomost_Log::without( static fn() => self::set_tags( $asked ) ) ) );
			default:
				return self::problem( 'unknown-method', 404, array( 'method' => $method ) );
		}
	}

	private static function info( int $now ): array {
		global $wpdb;
		$end = static fn( string $table, string $time ) => (string) ( Pomost_Lists::settled( $wpdb, Pomost_Tables::name( $table ), $time, $now ) ?? 0 );
		$all = static fn( string $table ) => (int) $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Pomost_Tables::name( $table ) );
		$log = Pomost_Lists::settled( $wpdb, Pomost_Tables::name( 'log' ), 'at_time', $now );
		return array(
			'contract'         => 1,
			'module'           => POMOST_VERSION,
			'platform'         => 'woocommerce',
			'platform_version' => defined( 'WC_VERSION' ) ? WC_VERSION : null,
			'methods'          => array( 'info', 'changes', 'subscribers', 'carts', 'consent.set', 'tags.set' ),
			'now'              => Pomost_Lists::time( $now ),
			'changes'          => array( 'log' => Pomost_Log::name(), 'first' => Pomost_Log::first(), 'settled' => (string) max( (int) $log, Pomost_Log::first() - 1 ) ),
			'streams'          => array(
				'subscribers' => array( 'count' => $all( 'subscriber' ), 'settled' => $end( 'subscriber', 'changed_at' ) ),
				'carts'       => array( 'count' => $all( 'cart' ), 'settled' => $end( 'cart', 'changed_at' ) ),
			),
			'push'             => Pomost_Push::info(),
		);
	}

	/** Writes a statement and tells what was there before and what is there now. */
	private static function set_consent( array $asked, int $now ): array {
		$channel = self::text( $asked, 'channel', array( 'email', 'sms' ) );
		$state   = self::text( $asked, 'state', array( 'granted', 'withdrawn' ) );
		$email   = self::text( $asked, 'email' );
		$at      = strtotime( (string) ( $asked['at'] ?? '' ) ) ?: $now;
		$source  = in_array( $asked['source'] ?? null, self::SOURCES, true ) ? $asked['source'] : 'pomost';
		$user    = self::user( $asked, $email );
		if ( 0 === $user && ! Pomost_Subscribers::find( $email ) ) {
			return array( 'outcome' => 'not-found' );
		}
		$before  = self::stored( $user, $email, $channel );
		$outcome = $user > 0
			? Pomost_Consent::say( $user, $channel, $state, $source, $at )
			: Pomost_Subscribers::say( $email, $channel, $state, $source, $at );
		$stored  = self::stored( $user, $email, $channel );
		return array( 'outcome' => $outcome, 'before' => $before['consent'], 'stored' => $stored['consent'], 'modified_at' => Pomost_Lists::time( $stored['at'] ) );
	}

	/** The statement as the database has it, and the Unix time of the record's last change. */
	private static function stored( int $user, string $email, string $channel ): array {
		if ( 0 === $user ) {
			$row = Pomost_Subscribers::find( $email );
			return array( 'consent' => Pomost_Subscribers::consent( $row, $channel ) ?? array( 'state' => 'none' ), 'at' => $row['changed_at'] );
		}
		// Past the object cache: another plug-in may have put its own value back.
		wp_cache_delete( $user, 'user_meta' );
		$meta    = static fn( string $key ) => (string) get_user_meta( $user, $key, true );
		$value   = $meta( 'email' === $channel ? 'pomost_newsletter_consent' : 'pomost_sms_consent' );
		$consent = array( 'state' => '1' === $value ? 'granted' : ( '0' === $value ? 'withdrawn' : 'none' ) );
		if ( 'email' === $channel && 'none' !== $consent['state'] ) {
			$consent += array( 'at' => $meta( 'pomost_consent_at' ), 'source' => $meta( 'pomost_consent_source' ) );
		}
		return array( 'consent' => $consent, 'at' => $meta( 'last_update' ) );
	}

	private static function set_tags( array $asked ): string {
		$set    = $asked['set'] ?? null;
		$remove = $asked['remove'] ?? null;
		if ( ! is_array( $set ) || ! is_array( $remove ) ) {
			throw new InvalidArgumentException( is_array( $set ) ? 'remove' : 'set' );
		}
		$email = self::text( $asked, 'email' );
		// Tags of accounts stand in their metadata, which the platform's own API writes.
		if ( self::user( $asked, $email ) > 0 ) {
			return 'not-offered';
		}
		$known = Pomost_Subscribers::find( $email );
		return $known ? Pomost_Subscribers::tag( $known, $set, $remove ) : 'not-found';
	}

	private static function user( array $asked, string $email ): int {
		$id = (int) ( $asked['account'] ?? 0 );
		return $id > 0 && get_userdata( $id ) ? $id : (int) email_exists( $email );
	}

	private static function text( array $asked, string $field, array $allowed = array() ): string {
		$text = $asked[ $field ] ?? null;
		if ( ! is_string( $text ) || '' === trim( $text ) || ( $allowed && ! in_array( $text, $allowed, true ) ) ) {
			throw new InvalidArgumentException( $field );
		}
		return trim( $text );
	}

	private static function lines( array $rows, array $end ): WP_REST_Response {
		return self::response( Pomost_Lists::lines( $rows, $end ), 200, 'application/x-ndjson' );
	}

	private static function json( array $answer ): WP_REST_Response {
		return self::response( (string) wp_json_encode( $answer ), 200, 'application/json' );
	}

	private static function problem( string $type, int $status, array $facts = array() ): WP_REST_Response {
		$body = array( 'type' => "urn:pomost:module:$type", 'title' => $type, 'status' => $status ) + $facts;
		return self::response( (string) wp_json_encode( $body ), $status, 'application/problem+json' );
	}

	private static function response( string $body, int $status, string $type ): WP_REST_Response {
		return new WP_REST_Response( $body, $status, array( 'Content-Type' => "$type; charset=UTF-8", 'Cache-Control' => 'no-store' ) );
	}
}
