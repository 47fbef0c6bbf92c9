# ruff: noqa: E501
"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("object", sa.String(length=128), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index(op.f("ix_audit_object"), "audit", ["object"], unique=False)
    op.create_table(
        "elders",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_index", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("locality", sa.String(length=64), nullable=True),
        sa.Column("estate", sa.String(length=64), nullable=True),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("gender", sa.String(length=16), nullable=True),
        sa.Column("dialect", sa.String(length=32), nullable=True),
        sa.Column("hearing", sa.String(length=32), nullable=True),
        sa.Column("lives_alone", sa.Boolean(), nullable=False),
        sa.Column("low_income", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_level", sa.String(length=32), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("speaking", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_elders")),
        sa.UniqueConstraint("phone_index", name=op.f("uq_elders_phone_index")),
    )
    op.create_index(op.f("ix_elders_locality"), "elders", ["locality"], unique=False)
    op.create_index(op.f("ix_elders_name_index"), "elders", ["name_index"], unique=False)
    op.create_table(
        "providers",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("locality", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
    )
    op.create_index(op.f("ix_providers_locality"), "providers", ["locality"], unique=False)
    op.create_table(
        "worker_beats",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker_beats")),
    )
    op.create_table(
        "catalogue",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("price", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "service IN ('cleaning', 'bathing', 'meals', 'escort', 'repair', 'shopping', 'bills', 'haircut', 'laundry', 'daycare', 'respite', 'nursing', 'companionship', 'transport')",
            name=op.f("ck_catalogue_service"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_catalogue_provider_id_providers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue")),
    )
    op.create_index(op.f("ix_catalogue_provider_id"), "catalogue", ["provider_id"], unique=False)
    op.create_table(
        "emergencies",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("conversation_id", sa.String(length=128), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("certainty", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sign", sa.Text(), nullable=False),
        sa.Column("span", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "certainty IN ('certain', 'possible')", name=op.f("ck_emergencies_certainty")
        ),
        sa.CheckConstraint(
            "kind IN ('fall', 'chest_pain', 'stroke', 'breathing', 'bleeding', 'burn', 'choking', 'fire_gas', 'lost', 'intruder', 'poisoning', 'unwell', 'self_harm', 'unspecified')",
            name=op.f("ck_emergencies_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('open', 'acknowledged', 'closed', 'false_alarm')",
            name=op.f("ck_emergencies_status"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_emergencies_elder_id_elders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergencies")),
        sa.UniqueConstraint("key", name=op.f("uq_emergencies_key")),
    )
    op.create_index(op.f("ix_emergencies_elder_id"), "emergencies", ["elder_id"], unique=False)
    op.create_index(
        op.f("ix_emergencies_phone_index"), "emergencies", ["phone_index"], unique=False
    )
    op.create_index(op.f("ix_emergencies_raised_at"), "emergencies", ["raised_at"], unique=False)
    op.create_index(
        "uq_emergencies_live_conversation",
        "emergencies",
        ["conversation_id"],
        unique=True,
        postgresql_where=sa.text("status IN ('open', 'acknowledged')"),
    )
    op.create_table(
        "family_members",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("bound", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('guardian', 'family', 'neighbour')", name=op.f("ck_family_members_role")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_family_members_elder_id_elders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_members")),
    )
    op.create_index(
        op.f("ix_family_members_elder_id"), "family_members", ["elder_id"], unique=False
    )
    op.create_index(
        op.f("ix_family_members_phone_index"), "family_members", ["phone_index"], unique=False
    )
    op.create_table(
        "handoffs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("ticket", sa.String(length=8), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('open', 'done')", name=op.f("ck_handoffs_status")),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_handoffs_elder_id_elders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sa.UniqueConstraint("ticket", name=op.f("uq_handoffs_ticket")),
    )
    op.create_index(
        op.f("ix_handoffs_conversation_id"), "handoffs", ["conversation_id"], unique=False
    )
    op.create_index(op.f("ix_handoffs_created_at"), "handoffs", ["created_at"], unique=False)
    op.create_index(op.f("ix_handoffs_elder_id"), "handoffs", ["elder_id"], unique=False)
    op.create_index(op.f("ix_handoffs_phone_index"), "handoffs", ["phone_index"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=128), nullable=True),
        sa.Column("ordered_by", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time", sa.String(length=16), nullable=True),
        sa.Column("recurring", sa.String(length=200), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("person", sa.Text(), nullable=True),
        sa.Column("hospital", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("price", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "service IN ('cleaning', 'bathing', 'meals', 'escort', 'repair', 'shopping', 'bills', 'haircut', 'laundry', 'daycare', 'respite', 'nursing', 'companionship', 'transport')",
            name=op.f("ck_orders_service"),
        ),
        sa.CheckConstraint(
            "status IN ('placed', 'confirmed', 'cancelled', 'finished')",
            name=op.f("ck_orders_status"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_orders_elder_id_elders")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"], ["providers.id"], name=op.f("fk_orders_provider_id_providers")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index(op.f("ix_orders_conversation_id"), "orders", ["conversation_id"], unique=False)
    op.create_index(op.f("ix_orders_created_at"), "orders", ["created_at"], unique=False)
    op.create_index("ix_orders_elder_id_day", "orders", ["elder_id", "day"], unique=False)
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("family_member_id", sa.String(length=36), nullable=True),
        sa.Column("elder_id", sa.String(length=36), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "channel IN ('email', 'webhook', 'sms', 'wechat', 'telegram', 'voice_call')",
            name=op.f("ck_contacts_channel"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(family_member_id, elder_id) = 1", name=op.f("ck_contacts_owner")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_contacts_elder_id_elders")
        ),
        sa.ForeignKeyConstraint(
            ["family_member_id"],
            ["family_members.id"],
            name=op.f("fk_contacts_family_member_id_family_members"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_elder_id"), "contacts", ["elder_id"], unique=False)
    op.create_index(
        op.f("ix_contacts_family_member_id"), "contacts", ["family_member_id"], unique=False
    )
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("phone_index", sa.String(length=64), nullable=True),
        sa.Column("elder_id", sa.String(length=36), nullable=True),
        sa.Column("caller_role", sa.String(length=32), nullable=False),
        sa.Column("family_member_id", sa.String(length=36), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=64), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("resumed_from", sa.String(length=128), nullable=True),
        sa.Column("last_ask", sa.String(length=32), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("speaking", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "caller_role IN ('elder', 'family', 'unknown')",
            name=op.f("ck_conversations_caller_role"),
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_conversations_elder_id_elders")
        ),
        sa.ForeignKeyConstraint(
            ["family_member_id"],
            ["family_members.id"],
            name=op.f("fk_conversations_family_member_id_family_members"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_elder_id"), "conversations", ["elder_id"], unique=False)
    op.create_index(
        op.f("ix_conversations_phone_index"), "conversations", ["phone_index"], unique=False
    )
    op.create_table(
        "emergency_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("emergency_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=True),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["emergency_id"],
            ["emergencies.id"],
            name=op.f("fk_emergency_events_emergency_id_emergencies"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_events")),
        sa.UniqueConstraint("key", name=op.f("uq_emergency_events_key")),
    )
    op.create_index(
        op.f("ix_emergency_events_emergency_id"), "emergency_events", ["emergency_id"], unique=False
    )
    op.create_table(
        "order_events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.String(length=128), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_events_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_events")),
    )
    op.create_index(op.f("ix_order_events_order_id"), "order_events", ["order_id"], unique=False)
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("order_id", sa.String(length=36), nullable=False),
        sa.Column("order_event_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_event_id"],
            ["order_events.id"],
            name=op.f("fk_idempotency_keys_order_event_id_order_events"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_idempotency_keys_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_idempotency_keys")),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("elder_id", sa.String(length=36), nullable=True),
        sa.Column("order_id", sa.String(length=36), nullable=True),
        sa.Column("order_event_id", sa.String(length=36), nullable=True),
        sa.Column("emergency_id", sa.String(length=36), nullable=True),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('pending', 'delivered', 'failed')", name=op.f("ck_notices_status")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_notices_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["elder_id"], ["elders.id"], name=op.f("fk_notices_elder_id_elders")
        ),
        sa.ForeignKeyConstraint(
            ["emergency_id"], ["emergencies.id"], name=op.f("fk_notices_emergency_id_emergencies")
        ),
        sa.ForeignKeyConstraint(
            ["order_event_id"],
            ["order_events.id"],
            name=op.f("fk_notices_order_event_id_order_events"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_notices_order_id_orders")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_contact_id"), "notices", ["contact_id"], unique=False)
    op.create_index(op.f("ix_notices_created_at"), "notices", ["created_at"], unique=False)
    op.create_index(op.f("ix_notices_elder_id"), "notices", ["elder_id"], unique=False)
    op.create_index(op.f("ix_notices_emergency_id"), "notices", ["emergency_id"], unique=False)
    op.create_index(op.f("ix_notices_order_event_id"), "notices", ["order_event_id"], unique=False)
    op.create_index(op.f("ix_notices_order_id"), "notices", ["order_id"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("notice_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_deliveries_notice_id_notices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_notice_id"), "deliveries", ["notice_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_deliveries_notice_id"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_notices_order_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_order_event_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_emergency_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_elder_id"), table_name="notices")
    op.drop_index(op.f("ix_notices_created_at"), table_name="notices")
    op.drop_index(op.f("ix_notices_contact_id"), table_name="notices")
    op.drop_table("notices")
    op.drop_table("idempotency_keys")
    op.drop_index(op.f("ix_order_events_order_id"), table_name="order_events")
    op.drop_table("order_events")
    op.drop_index(op.f("ix_emergency_events_emergency_id"), table_name="emergency_events")
    op.drop_table("emergency_events")
    op.drop_index(op.f("ix_conversations_phone_index"), table_name="conversations")
    op.drop_index(op.f("ix_conversations_elder_id"), table_name="conversations")
    op.drop_table("conversations")
    op.drop_index(op.f("ix_contacts_family_member_id"), table_name="contacts")
    op.drop_index(op.f("ix_contacts_elder_id"), table_name="contacts")
    op.drop_table("contacts")
    op.drop_index("ix_orders_elder_id_day", table_name="orders")
    op.drop_index(op.f("ix_orders_created_at"), table_name="orders")
    op.drop_index(op.f("ix_orders_conversation_id"), table_name="orders")
    op.drop_table("orders")
    op.drop_index(op.f("ix_handoffs_phone_index"), table_name="handoffs")
    op.drop_index(op.f("ix_handoffs_elder_id"), table_name="handoffs")
    op.drop_index(op.f("ix_handoffs_created_at"), table_name="handoffs")
    op.drop_index(op.f("ix_handoffs_conversation_id"), table_name="handoffs")
    op.drop_table("handoffs")
    op.drop_index(op.f("ix_family_members_phone_index"), table_name="family_members")
    op.drop_index(op.f("ix_family_members_elder_id"), table_name="family_members")
    op.drop_table("family_members")
    op.drop_index(
        "uq_emergencies_live_conversation",
        table_name="emergencies",
        postgresql_where=sa.text("status IN ('open', 'acknowledged')"),
    )
    op.drop_index(op.f("ix_emergencies_raised_at"), table_name="emergencies")
    op.drop_index(op.f("ix_emergencies_phone_index"), table_name="emergencies")
    op.drop_index(op.f("ix_emergencies_elder_id"), table_name="emergencies")
    op.drop_table("emergencies")
    op.drop_index(op.f("ix_catalogue_provider_id"), table_name="catalogue")
    op.drop_table("catalogue")
    op.drop_table("worker_beats")
    op.drop_index(op.f("ix_providers_locality"), table_name="providers")
    op.drop_table("providers")
    op.drop_index(op.f("ix_elders_name_index"), table_name="elders")
    op.drop_index(op.f("ix_elders_locality"), table_name="elders")
    op.drop_table("elders")
    op.drop_index(op.f("ix_audit_object"), table_name="audit")
    op.drop_table("audit")
