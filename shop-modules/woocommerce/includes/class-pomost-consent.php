<?php
/** The newsletter box at registration, on the account page and at both checkouts. A box left empty says nothing, but on the account page. */
final class Pomost_Consent {
	private const FIELD = 'pomost_newsletter';
	private const BLOCK = 'pomost/newsletter';

	private const RECORDED = '_pomost_newsletter_recorded';

	private const META = array( 'email' => 'pomost_newsletter_consent', 'sms' => 'pomost_sms_consent' );

	public static function register(): void {
		/** Filter: return false in a shop that keeps its consents by another plug-in. */
		if ( ! apply_filters( 'pomost_newsletter_box', true ) ) {
			return;
		}
		add_action( 'woocommerce_register_form', array( self::class, 'box' ) );
		add_action( 'woocommerce_created_customer', array( self::class, 'registered' ) );
		add_action( 'woocommerce_edit_account_form', array( self::class, 'account_box' ) );
		add_action( 'woocommerce_save_account_details', array( self::class, 'saved' ) );
		add_action( 'woocommerce_checkout_before_terms_and_conditions', array( self::class, 'box' ) );
		add_action( 'woocommerce_checkout_create_order', array( self::class, 'ordering' ) );
		add_action( 'woocommerce_checkout_order_processed', array( self::class, 'ordered' ), 10, 3 );
		add_action( 'woocommerce_init', array( self::class, 'block_box' ) );
		add_action( 'woocommerce_store_api_checkout_order_processed', array( self::class, 'ordered_in_blocks' ) );
		foreach ( array( 'woocommerce_payment_complete', 'woocommerce_order_status_processing', 'woocommerce_order_status_completed' ) as $hook ) {
			add_action( $hook, array( self::class, 'confirmed' ) );
		}
	}

	public static function label(): string {
		$label = str_starts_with( determine_locale(), 'pl' )
			? 'Chcę dostawać newsletter na podany adres e-mail. Zgodę mogę wycofać w każdej chwili.'
			: 'I want to receive the newsletter at this e-mail address. I can withdraw at any time.';
		/** Filter: the words beside the box. */
		return (string) apply_filters( 'pomost_newsletter_label', $label );
	}

	public static function box(): void {
		self::draw( false );
	}

	public static function account_box(): void {
		self::draw( '1' === get_user_meta( get_current_user_id(), self::META['email'], true ) );
	}

	public static function registered( int $user ): void {
		// WooCommerce checked the form's own nonce before it made the account.
		if ( ! empty( $_POST[ self::FIELD ] ) && ! did_action( 'woocommerce_checkout_process' ) ) {
			self::say( $user, 'email', 'granted', 'registration', time() );
		}
	}

	public static function saved( int $user ): void {
		$ticked = ! empty( $_POST[ self::FIELD ] );
		if ( $ticked !== ( '1' === get_user_meta( $user, self::META['email'], true ) ) ) {
			self::say( $user, 'email', $ticked ? 'granted' : 'withdrawn', 'account', time() );
		}
	}

	public static function ordering( WC_Order $order ): void {
		if ( ! empty( $_POST[ self::FIELD ] ) ) {
			$order->update_meta_data( self::META['email'], '1' );
		}
	}

	public static function ordered( int $id, array $data, WC_Order $order ): void {
		self::said_while_ordering( $order );
	}

	public static function block_box(): void {
		if ( function_exists( 'woocommerce_register_additional_checkout_field' ) ) {
			woocommerce_register_additional_checkout_field(
				array(
					'id'       => self::BLOCK,
					'label'    => self::label(),
					'location' => 'order',
					'type'     => 'checkbox',
				)
			);
		}
	}

	public static function ordered_in_blocks( WC_Order $order ): void {
		if ( '1' === (string) $order->get_meta( '_wc_other/' . self::BLOCK ) ) {
			$order->update_meta_data( self::META['email'], '1' );
			$order->save();
			self::said_while_ordering( $order );
		}
	}

	/** Writes a statement of an account. Gives 'written' or 'unchanged'. */
	public static function say( int $user, string $channel, string $state, string $source, int $at ): string {
		$value = 'granted' === $state ? '1' : '0';
		if ( get_user_meta( $user, self::META[ $channel ], true ) === $value ) {
			return 'unchanged';
		}
		update_user_meta( $user, self::META[ $channel ], $value );
		if ( 'email' === $channel ) {
			update_user_meta( $user, 'pomost_consent_at', gmdate( 'Y-m-d\TH:i:s\Z', $at ) );
			update_user_meta( $user, 'pomost_consent_source', $source );
		}
		return 'written';
	}

	/** An order is paid for, or being seen to: what was said with it counts now, as of the day of the order, and once. */
	public static function confirmed( $id ): void {
		$order = wc_get_order( $id );
		$email = $order instanceof WC_Order ? (string) $order->get_billing_email() : '';
		if ( ! is_email( $email ) || '1' !== (string) $order->get_meta( self::META['email'] ) || '' !== (string) $order->get_meta( self::RECORDED ) ) {
			return;
		}
		self::record( $order );
		$placed = $order->get_date_created();
		$at     = $placed ? $placed->getTimestamp() : time();
		if ( self::is_own( $order ) ) {
			if ( (int) strtotime( (string) get_user_meta( $order->get_customer_id(), 'pomost_consent_at', true ) ) <= $at ) {
				self::say( $order->get_customer_id(), 'email', 'granted', 'checkout', $at );
			}
		} elseif ( ! email_exists( $email ) && (int) ( Pomost_Subscribers::find( $email )['email_at'] ?? 0 ) <= $at ) {
			Pomost_Subscribers::say( $email, 'email', 'granted', 'checkout', $at );
		}
	}

	/** An account that was there before speaks at once, for its own address alone. Anybody may type any other: that one waits for confirmed(). */
	private static function said_while_ordering( WC_Order $order ): void {
		if ( '1' === (string) $order->get_meta( self::META['email'] ) && self::is_own( $order ) && ! did_action( 'woocommerce_created_customer' ) ) {
			self::record( $order );
			self::say( $order->get_customer_id(), 'email', 'granted', 'checkout', time() );
		}
	}

	private static function record( WC_Order $order ): void {
		$order->update_meta_data( self::RECORDED, '1' );
		$order->save();
	}

	private static function is_own( WC_Order $order ): bool {
		$user = $order->get_customer_id() > 0 ? get_userdata( $order->get_customer_id() ) : false;
		return $user && 0 === strcasecmp( trim( (string) $user->user_email ), trim( (string) $order->get_billing_email() ) );
	}

	private static function draw( bool $checked ): void {
		woocommerce_form_field( self::FIELD, array( 'type' => 'checkbox', 'label' => esc_html( self::label() ), 'required' => false ), $checked ? 1 : 0 );
	}
}
