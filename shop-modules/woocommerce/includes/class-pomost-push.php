<?php
/** Sends the outbox to Pomost, by WooCommerce's own queue: never within a shopper's page. */
final class Pomost_Push {
	private const HOOK        = 'pomost_push';
	private const DAILY       = 'pomost_daily';
	private const GROUP       = 'pomost';
	private const MOST_ROWS   = 500;
	private const MOST_ROUNDS = 20;

	private const LONGEST_WAIT = HOUR_IN_SECONDS;

	public static function register(): void {
		add_action( self::HOOK, array( self::class, 'run' ) );
		add_action( self::DAILY, array( self::class, 'clean' ) );
		add_action(
			'action_scheduler_init',
			static function () {
				if ( ! as_has_scheduled_action( self::DAILY, array(), self::GROUP ) ) {
					as_schedule_recurring_action( time() + HOUR_IN_SECONDS, DAY_IN_SECONDS, self::DAILY, array(), self::GROUP, true );
				}
			}
		);
	}

	/** Asks the queue to push soon; asking twice is one push. */
	public static function schedule( int $in = 0 ): void {
		if ( '' === pomost_configuration()['inbox'] ) {
			return;
		}
		$wait = max( $in, (int) ( self::state()['not_before'] ?? 0 ) - time(), 0 );
		if ( function_exists( 'as_schedule_single_action' ) && did_action( 'action_scheduler_init' ) ) {
			as_schedule_single_action( time() + $wait, self::HOOK, array(), self::GROUP, true );
		} elseif ( ! wp_next_scheduled( self::HOOK ) ) {
			wp_schedule_single_event( time() + $wait, self::HOOK );
		}
	}

	public static function unschedule(): void {
		if ( function_exists( 'as_unschedule_all_actions' ) ) {
			as_unschedule_all_actions( '', array(), self::GROUP );
		}
		wp_clear_scheduled_hook( self::HOOK );
	}

	/** Pushes until nothing waits or Pomost does not take it. */
	public static function run(): void {
		global $wpdb;
		$table = Pomost_Tables::name( 'log' );
		// Also what was noted while the last rows were under way: the queue takes no second push beside a running one.
		for ( $round = 0; $round < self::MOST_ROUNDS; $round++ ) {
			$rows = $wpdb->get_results( $wpdb->prepare( "SELECT * FROM $table WHERE pushed = 0 ORDER BY seq LIMIT %d", self::MOST_ROWS ), ARRAY_A );
			if ( ! $rows ) {
				return;
			}
			$problem = self::send( $rows );
			if ( '' !== $problem ) {
				$failures = 1 + (int) ( self::state()['failures'] ?? 0 );
				$wait     = (int) min( MINUTE_IN_SECONDS * 2 ** min( $failures - 1, 10 ), self::LONGEST_WAIT );
				self::remember( array( 'failures' => $failures, 'problem' => $problem, 'not_before' => time() + $wait ) );
				self::schedule( $wait );
				return;
			}
			$wpdb->query( "UPDATE $table SET pushed = 1 WHERE seq IN (" . implode( ',', array_map( 'intval', array_column( $rows, 'seq' ) ) ) . ')' );
			self::remember( array( 'failures' => 0, 'problem' => null, 'not_before' => 0, 'sent_at' => time() ) );
		}
		self::schedule( MINUTE_IN_SECONDS );
	}

	public static function clean(): void {
		Pomost_Log::prune( time() );
		Pomost_Carts::prune( time() );
	}

	/** What the method info tells of pushes. */
	public static function info(): array {
		global $wpdb;
		$state = self::state();
		return array(
			'waiting' => (int) $wpdb->get_var( 'SELECT COUNT(*) FROM ' . Pomost_Tables::name( 'log' ) . ' WHERE pushed = 0' ),
			'sent_at' => Pomost_Lists::time( $state['sent_at'] ?? null ),
			'problem' => $state['problem'] ?? null,
		);
	}

	/** '' = taken; else what went wrong. */
	private static function send( array $rows ): string {
		$configuration = pomost_configuration();
		$body          = (string) wp_json_encode( array( 'log' => Pomost_Log::name(), 'changes' => array_map( array( 'Pomost_Log', 'row' ), $rows ) ) );
		$answer        = wp_remote_post(
			$configuration['inbox'],
			array(
				'timeout'     => 15,
				'redirection' => 0,
				'body'        => $body,
				'headers'     => Pomost_Signature::headers( $configuration['secret'], 'push', $body, time() ),
			)
		);
		if ( is_wp_error( $answer ) ) {
			return (string) $answer->get_error_code();
		}
		$status = (int) wp_remote_retrieve_response_code( $answer );
		return 200 === $status ? '' : "HTTP $status";
	}

	private static function state(): array {
		return (array) get_option( 'pomost_push', array() );
	}

	private static function remember( array $state ): void {
		update_option( 'pomost_push', $state + self::state(), false );
	}
}
