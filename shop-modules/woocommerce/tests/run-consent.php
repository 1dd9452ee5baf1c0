<?php
/**
 * Tests of whose consent and cart the module keeps. No WordPress: the database is SQLite behind the few methods used of $wpdb.
 * Prints one line per test and ends with code 1 when one failed.
 */

error_reporting( E_ALL );
set_error_handler( static fn( $code, $text, $file, $line ) => throw new ErrorException( $text, 0, $code, $file, $line ) );

const ARRAY_A = 'ARRAY_A';
const DAY_IN_SECONDS = 86400;

foreach ( array( 'signature', 'lists', 'tables', 'log', 'subscribers', 'consent', 'carts' ) as $part ) {
	require __DIR__ . "/../includes/class-pomost-$part.php";
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
		return $this->pdo->query( $sql )->fetch( PDO::FETCH_ASSOC ) ?: null;
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

/** The part of WooCommerce's order that the module asks. */
class WC_Order {
	public function __construct( private int $id, private int $customer, private string $email, private int $at, public array $meta = array() ) {}

	public function get_id(): int {
		return $this->id;
	}
	public function get_customer_id(): int {
		return $this->customer;
	}
	public function get_billing_email(): string {
		return $this->email;
	}
	public function get_date_created(): DateTime {
		return new DateTime( "@{$this->at}" );
	}
	public function get_meta( string $key ): string {
		return $this->meta[ $key ] ?? '';
	}
	public function update_meta_data( string $key, string $value ): void {
		$this->meta[ $key ] = $value;
	}
	public function save(): void {}
}

/** The parts of the shop that hold the session and the cart. */
final class Test_Shop {
	public array $kept = array();
	public ?Test_Shop $session;
	public ?Test_Shop $cart;
	public ?Test_Shop $customer;

	public function get( string $key ): mixed {
		return $this->kept[ $key ] ?? null;
	}
	public function set( string $key, mixed $value ): void {
		$this->kept[ $key ] = $value;
	}
	public function get_cart(): array {
		return array( array( 'product_id' => 1, 'variation_id' => 0, 'quantity' => 2, 'data' => new WC_Product() ) );
	}
	public function get_billing_email(): string {
		return 'typed@x.pl';
	}
}

class WC_Product {
	public function get_sku(): string {
		return 'M1';
	}
	public function get_name(): string {
		return 'Honey';
	}
}

// Accounts by id, orders by id, what accounts said, hooks by name, and how often hooks were run.
$users  = array( 7 => 'klient@x.pl' );
$orders = array();
$meta   = array();
$hooks  = array();
$done   = array();
$user   = 0;
function is_email( string $text ): bool {
	return str_contains( $text, '@' );
}
function email_exists( string $email ): int|false {
	return array_search( strtolower( $email ), $GLOBALS['users'], true );
}
function get_userdata( int $id ): object|false {
	return isset( $GLOBALS['users'][ $id ] ) ? (object) array( 'user_email' => $GLOBALS['users'][ $id ] ) : false;
}
function get_user_meta( int $id, string $key ): string {
	return $GLOBALS['meta'][ $id ][ $key ] ?? '';
}
function update_user_meta( int $id, string $key, string $value ): void {
	$GLOBALS['meta'][ $id ][ $key ] = $value;
}
function wc_get_order( mixed $order ): WC_Order|false {
	return $order instanceof WC_Order ? $order : ( $GLOBALS['orders'][ $order ] ?? false );
}
function did_action( string $name ): int {
	return $GLOBALS['done'][ $name ] ?? 0;
}
function apply_filters( string $name, mixed $value ): mixed {
	return $value;
}
function add_action( string $name, callable $call ): void {
	$GLOBALS['hooks'][ $name ][] = $call;
}
function happens( string $name, mixed ...$with ): void {
	foreach ( $GLOBALS['hooks'][ $name ] ?? array() as $call ) {
		$call( ...$with );
	}
}
function WC(): Test_Shop {
	return $GLOBALS['shop'];
}
function wp_get_current_user(): object {
	return new class() {
		public string $user_email = 'klient@x.pl';
		public function exists(): bool {
			return $GLOBALS['user'] > 0;
		}
	};
}
function get_current_user_id(): int {
	return $GLOBALS['user'];
}
function wp_strip_all_tags( string $text ): string {
	return $text;
}
function wc_format_decimal( mixed $number ): string {
	return (string) $number;
}
function wc_get_price_including_tax( WC_Product $product, array $of ): string {
	return '10';
}
function wp_json_encode( mixed $value ): string {
	return json_encode( $value );
}
function wp_generate_uuid4(): string {
	return 'cart-1';
}
function get_woocommerce_currency(): string {
	return 'PLN';
}

/** An empty shop in which the module listens. */
function fresh_shop( int $user = 0 ): Test_Database {
	$db = fresh_database();
	$db->query( 'CREATE TABLE wp_pomost_subscriber (id INTEGER PRIMARY KEY, email TEXT UNIQUE, email_state TEXT, email_at INTEGER, email_source TEXT, tags TEXT, registered_at INTEGER, changed_at INTEGER, seq INTEGER)' );
	$db->query( 'CREATE TABLE wp_pomost_cart (id TEXT PRIMARY KEY, account INTEGER, email TEXT, currency TEXT, total TEXT, cart_lines TEXT, changed_at INTEGER, seq INTEGER, order_id INTEGER DEFAULT 0)' );
	foreach ( array( 'orders', 'meta', 'hooks', 'done' ) as $part ) {
		$GLOBALS[ $part ] = array();
	}
	$GLOBALS['user'] = $user;
	$GLOBALS['shop'] = $shop = new Test_Shop();
	$shop->session   = new Test_Shop();
	$shop->cart      = $shop->customer = new Test_Shop();
	Pomost_Consent::register();
	Pomost_Carts::register();
	return $db;
}

/** Somebody orders with the box ticked, at second 1000 of the shop's time; nothing is paid. */
function orders( int $id, int $customer, string $email ): WC_Order {
	$order                    = new WC_Order( $id, $customer, $email, 1000, array( 'pomost_newsletter_consent' => '1' ) );
	$GLOBALS['orders'][ $id ] = $order;
	happens( 'woocommerce_checkout_order_processed', $id, array(), $order );
	return $order;
}

function subscribers(): array {
	return $GLOBALS['wpdb']->get_results( 'SELECT email, email_state, email_at, email_source FROM wp_pomost_subscriber ORDER BY id', ARRAY_A );
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
	"a guest's consent is kept once the order is paid for, as of the day of the order, and once" => static function () {
		foreach ( array( 'woocommerce_payment_complete', 'woocommerce_order_status_processing', 'woocommerce_order_status_completed' ) as $hook ) {
			fresh_shop();
			orders( 5, 0, 'Victim@x.pl' );
			same( array(), subscribers() );
			foreach ( array( 'failed', 'cancelled', 'on-hold', 'pending', 'refunded' ) as $status ) {
				happens( "woocommerce_order_status_$status", 5 );
			}
			same( array(), subscribers() );
			happens( $hook, 5 );
			same( array( 'victim@x.pl granted 1000 checkout' ), array_map( static fn( $row ) => implode( ' ', $row ), subscribers() ) );
			Pomost_Subscribers::say( 'victim@x.pl', 'email', 'withdrawn', 'pomost', 2000 );
			happens( 'woocommerce_order_status_completed', 5 );
			same( 'withdrawn', subscribers()[0]['email_state'] );
		}
	},
	'who withdrew between order and payment stays withdrawn, and an empty box says nothing' => static function () {
		fresh_shop();
		Pomost_Subscribers::say( 'a@x.pl', 'email', 'withdrawn', 'pomost', 1500 );
		orders( 5, 0, 'a@x.pl' );
		happens( 'woocommerce_payment_complete', 5 );
		same( 'withdrawn', subscribers()[0]['email_state'] );
		$GLOBALS['orders'][6] = new WC_Order( 6, 0, 'b@x.pl', 1000 );
		happens( 'woocommerce_payment_complete', 6 );
		happens( 'woocommerce_payment_complete', 7 );
		same( 1, count( subscribers() ) );
	},
	'an account speaks at once, and for its own address alone' => static function () {
		fresh_shop( 7 );
		orders( 5, 7, 'KLIENT@x.pl' );
		same( '1', get_user_meta( 7, 'pomost_newsletter_consent' ) );
		fresh_shop( 7 );
		orders( 5, 7, 'victim@x.pl' );
		same( array( '', 0 ), array( get_user_meta( 7, 'pomost_newsletter_consent' ), count( subscribers() ) ) );
		happens( 'woocommerce_payment_complete', 5 );
		same( array( '', 'victim@x.pl' ), array( get_user_meta( 7, 'pomost_newsletter_consent' ), subscribers()[0]['email'] ) );
		fresh_shop();
		orders( 5, 0, 'klient@x.pl' );
		happens( 'woocommerce_payment_complete', 5 );
		same( array( '', 0 ), array( get_user_meta( 7, 'pomost_newsletter_consent' ), count( subscribers() ) ) );
	},
	'an account made while ordering waits for the payment, too' => static function () {
		fresh_shop( 7 );
		$GLOBALS['done']['woocommerce_created_customer'] = 1;
		orders( 5, 7, 'klient@x.pl' );
		same( '', get_user_meta( 7, 'pomost_newsletter_consent' ) );
		$GLOBALS['done'] = array();
		happens( 'woocommerce_order_status_processing', 5 );
		same( array( '1', '1970-01-01T00:16:40Z' ), array( get_user_meta( 7, 'pomost_newsletter_consent' ), get_user_meta( 7, 'pomost_consent_at' ) ) );
	},
	'a cart has the address of an account or of an order that was sent, never one merely typed' => static function () {
		$emails = static fn() => array_column( $GLOBALS['wpdb']->get_results( 'SELECT email FROM wp_pomost_cart', ARRAY_A ), 'email' );
		fresh_shop();
		happens( 'woocommerce_checkout_update_order_review', 'billing_email=typed%40x.pl' );
		happens( 'woocommerce_store_api_cart_update_customer_from_request', new Test_Shop() );
		happens( 'woocommerce_add_to_cart' );
		happens( 'shutdown' );
		same( array(), $emails() );
		orders( 5, 0, 'sent@x.pl' );
		happens( 'shutdown' );
		same( array(), $emails() );
		happens( 'woocommerce_add_to_cart' );
		happens( 'shutdown' );
		same( array( 'sent@x.pl' ), $emails() );
		fresh_shop( 7 );
		happens( 'woocommerce_add_to_cart' );
		happens( 'shutdown' );
		same( array( 'klient@x.pl' ), $emails() );
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
