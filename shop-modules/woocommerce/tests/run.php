<?php
/**
 * Tests of what the module decides by itself: signatures, paging by key, answers about consents. No WordPress: the database is SQLite behind the few methods used of $wpdb.
 * Prints one line per test and ends with code 1 when one failed. Asked with "sign", signs what it reads instead, for a comparison with other programs.
 */

error_reporting( E_ALL );
set_error_handler( static fn( $code, $text, $file, $line ) => throw new ErrorException( $text, 0, $code, $file, $line ) );

const ARRAY_A = 'ARRAY_A';
const DAY_IN_SECONDS = 86400;

foreach ( array( 'signature', 'lists', 'tables', 'log', 'subscribers', 'sharing', 'calls' ) as $part ) {
	require __DIR__ . "/../includes/class-pomost-$part.php";
}

if ( 'sign' === ( $argv[1] ?? '' ) ) {
	$asked = json_decode( stream_get_contents( STDIN ), true, 8, JSON_THROW_ON_ERROR );
	echo Pomost_Signature::sign( $asked['secret'], $asked['timestamp'], $asked['nonce'], $asked['method'], $asked['body'] );
	exit( 0 );
}

/** The part of WordPress' database handle that lists and nonces use. */
final class Test_Database {
	public string $prefix = 'wp_';
	public int $insert_id = 0;
	private PDO $pdo;
	private bool $quiet = false;

	public function __construct() {
		$this->pdo = new PDO( 'sqlite::memory:', options: array( PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION ) );
	}

	public function prepare( string $sql, ...$values ): string {
		$at = 0;
		return preg_replace_callback(
			'/%[ds]/',
			function ( $match ) use ( $values, &$at ) {
				$value = $values[ $at++ ];
				return '%d' === $match[0] ? (string) (int) $value : $this->pdo->quote( (string) $value );
			},
			$sql
		);
	}

	public function query( string $sql ): int|false {
		try {
			$count           = $this->pdo->exec( $sql );
			$this->insert_id = (int) $this->pdo->lastInsertId();
			return $count;
		} catch ( PDOException $failure ) {
			if ( $this->quiet ) {
				return false;
			}
			throw $failure;
		}
	}

	public function suppress_errors( bool $quiet ): bool {
		list( $before, $this->quiet ) = array( $this->quiet, $quiet );
		return $before;
	}

	public function get_results( string $sql, string $form ): array {
		return $this->pdo->query( $sql )->fetchAll( PDO::FETCH_ASSOC );
	}

	public function get_row( string $sql, string $form ): ?array {
		return $this->get_results( $sql, $form )[0] ?? null;
	}

	public function get_var( string $sql ): ?string {
		$value = $this->pdo->query( $sql )->fetchColumn();
		return null === $value || false === $value ? null : (string) $value;
	}
}

final class Pomost_Push {
	public static int $asked = 0;

	public static function schedule(): void {
		++self::$asked;
	}
}

$options = array();
function get_option( string $name ): mixed {
	return $GLOBALS['options'][ $name ] ?? false;
}
function update_option( string $name, mixed $value ): void {
	$GLOBALS['options'][ $name ] = $value;
}

function add_option( string $name, mixed $value ): void {
	$GLOBALS['options'] += array( $name => $value );
}

// Hooks and accounts of WordPress, as far as the box and the calls use them.
$hooks = array();
$metas = array();
$boxes = array();
$wrong = array();
function add_action( string $hook ): void {
	$GLOBALS['hooks'][] = $hook;
}
function add_filter( string $hook ): void {
}
function apply_filters( string $hook, mixed $value ): mixed {
	return $value;
}
function determine_locale(): string {
	return 'pl_PL';
}
function get_user_locale(): string {
	return 'en_US';
}
function wp_unslash( string $text ): string {
	return stripslashes( $text );
}
function sanitize_textarea_field( string $text ): string {
	return trim( strip_tags( $text ) );
}
function esc_html( string $text ): string {
	return htmlspecialchars( $text );
}
function esc_attr( string $text ): string {
	return htmlspecialchars( $text );
}
function esc_textarea( string $text ): string {
	return htmlspecialchars( $text );
}
function checked( string $one, string $other, bool $shown ): string {
	return $one === $other ? ' checked' : '';
}
function settings_errors(): void {
}
function settings_fields( string $page ): void {
}
function submit_button(): void {
}
function add_settings_error( string $setting, string $code, string $words ): void {
	$GLOBALS['wrong'][] = $words;
}
function woocommerce_form_field( string $name, array $arguments, int $value ): void {
	$GLOBALS['boxes'][] = array( $name, $arguments['label'], $value );
}
function woocommerce_register_additional_checkout_field( array $field ): void {
	$GLOBALS['boxes'][] = array( $field['id'], $field['label'], $field['location'] );
}
function get_userdata( int $user ): bool {
	return isset( $GLOBALS['metas'][ $user ] );
}
function email_exists( string $email ): int|false {
	return 'konto@poczta.example' === $email ? 7 : false;
}
function wp_cache_delete( int $user, string $group ): void {
}
function get_user_meta( int $user, string $key ): string {
	return $GLOBALS['metas'][ $user ][ $key ] ?? '';
}
function update_user_meta( int $user, string $key, string $value ): void {
	$GLOBALS['metas'][ $user ][ $key ] = $value;
}

/** The box of accounts; here only what a call makes it write. A plug-in may stand in its way. */
final class Pomost_Consent {
	public static bool $keeps = true;

	public static function say( int $user, string $channel, string $state, string $source, int $at ): string {
		if ( self::$keeps ) {
			update_user_meta( $user, 'pomost_newsletter_consent', 'granted' === $state ? '1' : '0' );
			update_user_meta( $user, 'pomost_consent_at', gmdate( 'Y-m-d\TH:i:s\Z', $at ) );
			update_user_meta( $user, 'pomost_consent_source', $source );
		}
		return 'written';
	}
}

final class WC_Order {
	public array $saved = array();

	public function __construct( public array $meta = array() ) {
	}

	public function get_meta( string $key ): string {
		return $this->meta[ $key ] ?? '';
	}

	public function update_meta_data( string $key, string $value ): void {
		$this->meta[ $key ] = $value;
	}

	public function save(): void {
		$this->saved = $this->meta;
	}
}

function set_consent( array $asked, int $now ): array {
	return ( new ReflectionMethod( 'Pomost_Calls', 'set_consent' ) )->invoke( null, $asked, $now );
}

/** The order of the classic checkout as the form left it. */
function ordered( array $form ): array {
	$_POST = $form;
	$order = new WC_Order();
	Pomost_Sharing::ordering( $order );
	$_POST = array();
	unset( $order->meta['pomost_sharing_consent_at'], $order->meta['pomost_sharing_consent_wording'] );
	return $order->meta;
}

/** The example of the contract, as its page prints it. */
function example(): array {
	preg_match_all( '/^    (secret|timestamp|nonce|method|body|signature) +([^=\n]*\S)$/m', file_get_contents( __DIR__ . '/../../../docs/module-contract.md' ), $lines );
	return array_combine( $lines[1], $lines[2] );
}

function same( mixed $expected, mixed $actual ): void {
	if ( $expected !== $actual ) {
		throw new Exception( 'expected ' . var_export( $expected, true ) . ', got ' . var_export( $actual, true ) );
	}
}

function fresh_database(): Test_Database {
	$GLOBALS['wpdb']    = new Test_Database();
	$GLOBALS['options'] = array( 'pomost_log_name' => 'abc' );
	$GLOBALS['wpdb']->query( 'CREATE TABLE wp_pomost_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT, kind TEXT, object_id TEXT, at_time INTEGER, pushed INTEGER)' );
	$GLOBALS['wpdb']->query( 'CREATE TABLE wp_pomost_subscriber (id INTEGER PRIMARY KEY AUTOINCREMENT, email TEXT UNIQUE, email_state TEXT, email_at INTEGER, email_source TEXT, sms_state TEXT, sms_at INTEGER, sms_source TEXT, first_name TEXT, tags TEXT, registered_at INTEGER, changed_at INTEGER, seq INTEGER)' );
	$GLOBALS['wpdb']->query( 'CREATE TABLE wp_pomost_nonce (nonce TEXT PRIMARY KEY, until_time INTEGER)' );
	return $GLOBALS['wpdb'];
}

function rows_of_log( int $count, int $at ): void {
	for ( $id = 1; $id <= $count; $id++ ) {
		$GLOBALS['wpdb']->query( "INSERT INTO wp_pomost_log (stream, kind, object_id, at_time, pushed) VALUES ('contacts', 'changed', '$id', $at, 0)" );
	}
}

function changes( array $asked, int $now ): array {
	return Pomost_Lists::page( $GLOBALS['wpdb'], 'wp_pomost_log', 'at_time', $asked, $now, array( 'Pomost_Log', 'row' ) );
}

$tests = array(
	'the example of the contract gives the signature printed there' => static function () {
		$call = example();
		same( 6, count( $call ) );
		same( $call['signature'], Pomost_Signature::sign( $call['secret'], $call['timestamp'], $call['nonce'], $call['method'], $call['body'] ) );
		same( '', Pomost_Signature::problem( $call['secret'], $call['timestamp'], $call['nonce'], $call['method'], $call['body'], $call['signature'], (int) $call['timestamp'] ) );
	},
	'a call with one thing changed is refused' => static function () {
		$call = example();
		$ask  = static function ( array $changed ) use ( $call ) {
			$with = $changed + $call + array( 'now' => (int) $call['timestamp'] );
			return Pomost_Signature::problem( $with['secret'], $with['timestamp'], $with['nonce'], $with['method'], $with['body'], $with['signature'], $with['now'] );
		};
		$resigned = static fn( array $changed ) => $ask( $changed + array( 'signature' => Pomost_Signature::sign( ...array_map( 'strval', array_values( array_intersect_key( array_replace( array( 'secret' => '', 'timestamp' => '', 'nonce' => '', 'method' => '', 'body' => '' ), $call, $changed ), array_flip( array( 'secret', 'timestamp', 'nonce', 'method', 'body' ) ) ) ) ) ) ) );
		same( 'signature', $ask( array( 'body' => $call['body'] . ' ' ) ) );
		same( 'signature', $ask( array( 'timestamp' => '1764072001' ) ) );
		same( 'signature', $ask( array( 'nonce' => 'c7Qm0c2V9xKfT1aZ' ) ) );
		same( 'signature', $ask( array( 'method' => 'carts' ) ) );
		same( 'signature', $ask( array( 'signature' => '' ) ) );
		same( 'signature', $ask( array( 'secret' => '' ) ) );
		same( 'signature', $resigned( array( 'nonce' => 'short' ) ) );
		same( 'signature', $resigned( array( 'nonce' => "b7Qm0c2V9xKfT1aZ\n" ) ) );
		same( 'signature', $resigned( array( 'timestamp' => '-1764072000' ) ) );
		same( 'signature', $resigned( array( 'method' => 'push' ) ) );
		same( '', $resigned( array( 'body' => '{}' ) ) );
		same( '', $ask( array( 'now' => 1764072300 ) ) );
		same( 'stale', $ask( array( 'now' => 1764072301 ) ) );
		same( 'stale', $ask( array( 'now' => 1764071699 ) ) );
		same( 'too-large', $resigned( array( 'body' => str_repeat( 'x', 262145 ) ) ) );
	},
	'a nonce is taken once' => static function () {
		fresh_database();
		same( true, Pomost_Tables::take_nonce( 'b7Qm0c2V9xKfT1aZ', 1000 ) );
		same( false, Pomost_Tables::take_nonce( 'b7Qm0c2V9xKfT1aZ', 1600 ) );
		same( true, Pomost_Tables::take_nonce( 'c7Qm0c2V9xKfT1aZ', 1600 ) );
		same( true, Pomost_Tables::take_nonce( 'b7Qm0c2V9xKfT1aZ', 2000 ) );
	},
	'a list is read by key, page by page, to its end' => static function () {
		fresh_database();
		rows_of_log( 25, 1000 );
		$seen  = array();
		$after = null;
		do {
			list( $rows, $end ) = changes( array( 'after' => $after, 'limit' => 10 ), 2000 );
			$seen  = array_merge( $seen, array_column( $rows, 'seq' ) );
			$after = $end['next'];
		} while ( $end['more'] );
		same( range( 1, 25 ), $seen );
		same( array( 'end' => true, 'next' => '25', 'settled' => '25', 'more' => false ), $end );
		list( $rows, $end ) = changes( array( 'after' => '25' ), 2000 );
		same( array( array(), '25', '25' ), array( $rows, $end['next'], $end['settled'] ) );
	},
	'what is younger than 30 seconds is given and not settled' => static function () {
		fresh_database();
		rows_of_log( 3, 1000 );
		rows_of_log( 2, 1020 );
		list( $rows, $end ) = changes( array(), 1030 );
		same( array( 5, '5', '3' ), array( count( $rows ), $end['next'], $end['settled'] ) );
		list( , $end ) = changes( array( 'after' => '4' ), 1030 );
		same( array( '5', '3' ), array( $end['next'], $end['settled'] ) );
		list( , $end ) = changes( array( 'after' => '5' ), 1050 );
		same( array( '5', '5' ), array( $end['next'], $end['settled'] ) );
		list( , $end ) = changes( array( 'after' => '3', 'limit' => 1 ), 1050 );
		same( array( '4', '4', true ), array( $end['next'], $end['settled'], $end['more'] ) );
	},
	'an empty list stays where it was asked' => static function () {
		fresh_database();
		list( $rows, $end ) = changes( array( 'after' => '7' ), 1000 );
		same( array( array(), '7', '7', false ), array( $rows, $end['next'], $end['settled'], $end['more'] ) );
	},
	'a wrong position or limit is named' => static function () {
		fresh_database();
		foreach ( array( array( 'after' => 5 ), array( 'after' => '5 OR 1=1' ), array( 'limit' => 0 ), array( 'limit' => 1001 ), array( 'limit' => '10' ) ) as $asked ) {
			try {
				changes( $asked, 1000 );
				throw new Exception( 'was taken: ' . json_encode( $asked ) );
			} catch ( InvalidArgumentException $wrong ) {
				same( array_key_first( $asked ), $wrong->getMessage() );
			}
		}
	},
	'the last line begins as agreed, and one row is one line' => static function () {
		$text = Pomost_Lists::lines( array( array( 'name' => "Zażółć\n\xFF/" ) ), array( 'end' => true, 'next' => '1', 'settled' => '1', 'more' => false ) );
		same( 2, substr_count( $text, "\n" ) );
		same( true, str_starts_with( explode( "\n", $text )[1], '{"end":true' ) );
		same( "Zażółć\n\u{FFFD}/", json_decode( explode( "\n", $text )[0], true )['name'] );
	},
	'an object that changes often is one row per page, and what Pomost wrote is none' => static function () {
		$db = fresh_database();
		Pomost_Push::$asked = 0;
		Pomost_Log::note( 'contacts', 7 );
		Pomost_Log::note( 'orders', 9 );
		Pomost_Log::note( 'contacts', 7 );
		Pomost_Log::note( 'contacts', 0 );
		Pomost_Log::without( static fn() => Pomost_Log::note( 'contacts', 8 ) );
		same( '0', $db->get_var( 'SELECT COUNT(*) FROM wp_pomost_log' ) );
		Pomost_Log::flush();
		Pomost_Log::flush();
		list( $rows ) = changes( array(), time() );
		same( array( 'orders 9', 'contacts 7' ), array_map( static fn( $row ) => "{$row['stream']} {$row['id']}", $rows ) );
		same( 1, Pomost_Push::$asked );
		$before = Pomost_Log::write( 'carts', 'k1' );
		$muted  = Pomost_Log::without( static fn() => Pomost_Log::write( 'carts', 'k1' ) );
		same( array( 3, 4, '1' ), array( $before, $muted, $db->get_var( 'SELECT COUNT(*) FROM wp_pomost_log WHERE pushed = 1' ) ) );
		list( $rows, $end ) = changes( array(), time() );
		same( array( 3, '4' ), array( count( $rows ), $end['next'] ) );
	},
	'a written consent of a subscriber is told as it was and as it is' => static function () {
		fresh_database();
		Pomost_Subscribers::say( 'nowa@poczta.example', 'email', 'granted', 'form', 1000 );
		$asked  = array( 'email' => 'Nowa@poczta.example', 'channel' => 'email', 'state' => 'withdrawn', 'at' => '2025-11-25T12:00:00Z', 'account' => null );
		$now    = time();
		$answer = set_consent( $asked, $now );
		same( array( 'written', array( 'state' => 'granted', 'at' => '1970-01-01T00:16:40Z', 'source' => 'form' ) ), array( $answer['outcome'], $answer['before'] ) );
		same( array( 'state' => 'withdrawn', 'at' => '2025-11-25T12:00:00Z', 'source' => 'pomost' ), $answer['stored'] );
		same( true, strtotime( $answer['modified_at'] ) >= $now );
		$again = set_consent( array( 'source' => 'account' ) + $asked, $now );
		same( array( 'unchanged', $answer['stored'], $answer['stored'] ), array( $again['outcome'], $again['before'], $again['stored'] ) );
		$sms = set_consent( array( 'channel' => 'sms', 'source' => 'checkout' ) + $asked, $now );
		same( array( array( 'state' => 'none' ), 'checkout' ), array( $sms['before'], $sms['stored']['source'] ) );
		same( array( 'outcome' => 'not-found' ), set_consent( array( 'email' => 'nikt@poczta.example' ) + $asked, $now ) );
	},
	'a consent of an account that another plug-in did not let be written is told as it stayed' => static function () {
		$GLOBALS['metas'] = array( 7 => array( 'pomost_newsletter_consent' => '1', 'pomost_consent_at' => '2025-01-01T10:00:00Z', 'pomost_consent_source' => 'registration', 'last_update' => '1764072000' ) );
		$there = array( 'state' => 'granted', 'at' => '2025-01-01T10:00:00Z', 'source' => 'registration' );
		$asked = array( 'email' => 'konto@poczta.example', 'channel' => 'email', 'state' => 'withdrawn', 'at' => '2025-11-25T12:00:00Z' );
		Pomost_Consent::$keeps = false;
		$lost = set_consent( $asked, 1000 );
		Pomost_Consent::$keeps = true;
		$kept = set_consent( $asked, 1000 );
		same( array( $there, $there, '2025-11-25T12:00:00Z' ), array( $lost['before'], $lost['stored'], $lost['modified_at'] ) );
		same( array( $there, array( 'state' => 'withdrawn', 'at' => '2025-11-25T12:00:00Z', 'source' => 'pomost' ) ), array( $kept['before'], $kept['stored'] ) );
	},
	'the sharing box says yes, no, or nothing when it was not there' => static function () {
		$GLOBALS['options'] = array();
		same( array( 'pomost_sharing_consent' => '1' ), ordered( array( 'pomost_sharing_asked' => '1', 'pomost_sharing' => '1' ) ) );
		same( array( 'pomost_sharing_consent' => '0' ), ordered( array( 'pomost_sharing_asked' => '1' ) ) );
		same( array(), ordered( array() ) );
		foreach ( array( '1' => '1', '0' => '0' ) as $said => $kept ) {
			$order = new WC_Order( array( '_wc_other/pomost/sharing' => (string) $said ) );
			Pomost_Sharing::ordered_in_blocks( $order );
			same( (string) $kept, $order->saved['pomost_sharing_consent'] );
		}
		$order = new WC_Order();
		Pomost_Sharing::ordered_in_blocks( $order );
		same( array( array(), array() ), array( $order->meta, $order->saved ) );
	},
	'an answer is kept in the named field with its date and the merchant\'s words' => static function () {
		$GLOBALS['options'] = array( 'pomost_sharing' => Pomost_Sharing::cleaned( array( 'shown' => '1', 'label' => " Tak, <b>przekażcie</b>. ", 'field' => 'zgoda_udostepnienie' ) ) );
		$order = new WC_Order( array( '_wc_other/pomost/sharing' => '1' ) );
		Pomost_Sharing::ordered_in_blocks( $order );
		same( '1', $order->saved['zgoda_udostepnienie'] );
		same( 'Tak, przekażcie.', $order->saved['zgoda_udostepnienie_wording'] );
		same( 1, preg_match( '/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/', $order->saved['zgoda_udostepnienie_at'] ) );
		same( false, isset( $order->saved['pomost_sharing_consent'] ) );
	},
	'the box is drawn with the words, and stays ticked when the checkout is drawn anew' => static function () {
		list( $GLOBALS['options'], $GLOBALS['boxes'] ) = array( array(), array() );
		ob_start();
		Pomost_Sharing::box();
		$_POST = array( 'post_data' => 'billing_email=a&pomost_sharing=1' );
		Pomost_Sharing::box();
		$_POST = array();
		Pomost_Sharing::block_box();
		same( 2, substr_count( ob_get_clean(), 'name="pomost_sharing_asked"' ) );
		$words = Pomost_Sharing::label();
		same( true, str_starts_with( $words, 'Zgadzam się' ) );
		same( array( array( 'pomost_sharing', $words, 0 ), array( 'pomost_sharing', $words, 1 ), array( 'pomost/sharing', $words, 'order' ) ), $GLOBALS['boxes'] );
	},
	'a new shop shows the box, an updated one only when it is switched on, and a hidden one asks nobody' => static function () {
		foreach ( array( array( false, true ), array( true, false ) ) as list( $is_update, $shows ) ) {
			list( $GLOBALS['options'], $GLOBALS['hooks'] ) = array( array(), array() );
			Pomost_Sharing::begin( $is_update );
			Pomost_Sharing::begin( ! $is_update );
			Pomost_Sharing::register();
			same( $shows, in_array( 'woocommerce_checkout_create_order', $GLOBALS['hooks'], true ) );
			same( $shows, in_array( 'woocommerce_init', $GLOBALS['hooks'], true ) );
			same( true, in_array( 'admin_menu', $GLOBALS['hooks'], true ) );
		}
	},
	'what is typed on the page is kept clean, and a wrong name leaves the old one' => static function () {
		list( $GLOBALS['options'], $GLOBALS['wrong'] ) = array( array( 'pomost_sharing' => array( 'field' => 'zgoda' ) ), array() );
		same( array( 'shown' => '', 'label' => '', 'field' => 'zgoda' ), Pomost_Sharing::cleaned( array( 'field' => 'zgoda klienta' ) ) );
		same( 1, count( $GLOBALS['wrong'] ) );
		same( array( 'shown' => '', 'label' => '', 'field' => 'pomost_sharing_consent' ), Pomost_Sharing::cleaned( 'x' ) );
		same( 1, count( $GLOBALS['wrong'] ) );
		ob_start();
		Pomost_Sharing::page();
		$page = ob_get_clean();
		same( true, str_contains( $page, 'nobody new is sent' ) && str_contains( $page, 'name="pomost_sharing[label]"' ) && str_contains( $page, 'value="zgoda"' ) );
	},
	'what is removed is told as the first row still kept' => static function () {
		fresh_database();
		rows_of_log( 4, 1000 );
		rows_of_log( 2, 1000 + 31 * DAY_IN_SECONDS );
		same( 1, Pomost_Log::first() );
		Pomost_Log::prune( 1000 + 31 * DAY_IN_SECONDS );
		same( 5, Pomost_Log::first() );
		list( $rows ) = changes( array(), 1000 + 32 * DAY_IN_SECONDS );
		same( array( 5, 6 ), array_column( $rows, 'seq' ) );
		Pomost_Log::prune( 1000 + 99 * DAY_IN_SECONDS );
		same( 6, Pomost_Log::first() );
	},
);

$failed = 0;
foreach ( $tests as $name => $test ) {
	try {
		$test();
		echo "ok      $name\n";
	} catch ( Throwable $failure ) {
		++$failed;
		echo "FAILED  $name: {$failure->getMessage()} ({$failure->getFile()}:{$failure->getLine()})\n";
	}
}
echo count( $tests ) - $failed . " passed, $failed failed\n";
exit( $failed > 0 ? 1 : 0 );
