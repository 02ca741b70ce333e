"""What does not fit a target blocks the customer, or is left out where the mapping says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from groupmigrate.compare import differing
from groupmigrate.model import Address, Customer
from groupmigrate.planning.fit import Fit, Fitting
from groupmigrate.platforms.base import CountryRule, FieldRule, Rules

NAME = FieldRule(
    required=True,
    max_length=20,
    pattern=r"^[^0-9/.]*(?:[.] [^0-9/.]*)*\Z",
    says="no digits",
    cleans=((r"[0-9/]", " "), (r"[.](?=\S)", ". ")),
)
RULES = Rules(
    customer={
        "firstname": NAME,
        "lastname": NAME,
        "company": FieldRule(max_length=10),
        "email": FieldRule(pattern=r"^[\x21-\x7e]+\Z"),
    },
    address={
        "city": FieldRule(required=True, pattern=r"^[^#]*\Z"),
        "phone": FieldRule(pattern=r"^[0-9 +]*\Z"),
        "street": FieldRule(required=True, max_length=30),
    },
    never=("prefix", "tax_id", "address.fax"),
    countries={
        "US": CountryRule(regions={"TX": "Texas", "FL": "Florida"}),
        "RO": CountryRule(),
        "ES": CountryRule(needs_id_number=True),
    },
    languages=("en", "ro"),
    street_lines=2,
    joins_middlename=True,
    ascii_host=True,
    oldest_birthday_years=120,
)
HOME = Address("Ana", "Pop", street=("1 Example Street",), city="Austin", country="US", region="Texas")
ANA = Customer("1", "ana@example.com", ("1",), firstname="Ana", lastname="Pop", addresses=(HOME,))


def fit(customer: Customer, *, leave_out: bool = False) -> Fit:
    return Fitting(RULES, misfits="leave_out" if leave_out else "block").fit(customer)


def at_home(**changes: object) -> Customer:
    return replace(ANA, addresses=(replace(HOME, **changes),))


def test_attributes_of_another_shop_are_left_out_and_each_is_noted() -> None:
    fitted = fit(replace(ANA, attributes={"tier": "Gold", "size": "XL"}))
    assert fitted.customer == fit(ANA).customer
    assert [(note.code, note.field) for note in fitted.notes] == [
        ("GM304", "attribute tier"),
        ("GM304", "attribute size"),
    ]


def test_what_fits_stays_as_it_is() -> None:
    fitted = fit(ANA)
    assert (fitted.notes, fitted.misfits) == ((), ())
    assert differing(ANA, fitted.customer, ("firstname", "lastname", "addresses", "email")) == ()


@pytest.mark.parametrize(
    ("customer", "code", "field"),
    [
        (replace(ANA, lastname="R2D2"), "GM302", "lastname"),
        (replace(ANA, lastname="P" * 21), "GM303", "lastname"),
        (replace(ANA, lastname="  "), "GM301", "lastname"),
        (replace(ANA, email="jösé@example.com"), "GM302", "email"),
        (replace(ANA, company="longer than ten"), "GM303", "company"),
        (replace(ANA, birthday="2999-01-01"), "GM313", "birthday"),
        (replace(ANA, birthday="1850-01-01"), "GM313", "birthday"),
        (replace(ANA, birthday="1980-02-30"), "GM313", "birthday"),
        (at_home(country="XK"), "GM307", "address 1: country"),
        (at_home(city="Austin #2"), "GM302", "address 1: city"),
        (at_home(city=""), "GM301", "address 1: city"),
        (at_home(street=()), "GM301", "address 1: street"),
        (at_home(phone="CALL ME"), "GM302", "address 1: phone"),
        (at_home(country="ES", region=""), "GM308", "address 1: id_number"),
    ],
)
def test_what_does_not_fit_blocks(customer: Customer, code: str, field: str) -> None:
    assert [(note.code, note.field) for note in fit(customer).misfits] == [(code, field)]


@pytest.mark.parametrize(
    ("customer", "code", "field"),
    [
        (replace(ANA, company="longer than ten"), "GM305", "company"),
        (replace(ANA, birthday="1850-01-01"), "GM313", "birthday"),
        (at_home(phone="CALL ME"), "GM305", "address.phone"),
        (at_home(country="XK"), "GM306", "address 1"),
        (at_home(city=""), "GM306", "address 1"),
    ],
)
def test_what_is_not_essential_can_be_left_out_and_is_noted(
    customer: Customer, code: str, field: str
) -> None:
    fitted = fit(customer, leave_out=True)
    assert fitted.misfits == ()
    assert (code, field) in [(note.code, note.field) for note in fitted.notes]
    assert fit(fitted.customer).misfits == ()


def test_names_and_emails_are_never_left_out() -> None:
    assert fit(replace(ANA, lastname="R2D2"), leave_out=True).misfits
    assert fit(replace(ANA, email="jösé@example.com"), leave_out=True).misfits


def test_a_bad_address_leaves_the_good_one() -> None:
    both = replace(ANA, addresses=(replace(HOME, country="XK"), HOME))
    assert fit(both, leave_out=True).customer.addresses == fit(ANA).customer.addresses


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ({"prefix": "Dr."}, {"prefix": ""}, "GM304"),
        ({"tax_id": "RO123"}, {"tax_id": ""}, "GM304"),
        ({"middlename": "Maria"}, {"firstname": "Ana Maria", "middlename": ""}, "GM310"),
        ({"lastname": "Po\x00p"}, {"lastname": "Pop"}, "GM311"),
        ({"lastname": "Pop\uffff"}, {"lastname": "Pop"}, "GM311"),
        ({"language": "hu"}, {"language": ""}, "GM316"),
        ({"email": "a@exämple.example"}, {"email": "a@xn--exmple-cua.example"}, "GM314"),
    ],
)
def test_what_is_changed_for_the_target_is_noted(
    before: dict[str, str], after: dict[str, str], code: str
) -> None:
    fitted = fit(replace(ANA, **before))
    assert {name: getattr(fitted.customer, name) for name in after} == after
    assert [note.code for note in fitted.notes] == [code]


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ({"street": ("1", "2", "3")}, {"street": ("1", "2, 3")}, "GM309"),
        ({"region": "texas"}, {"region": "Texas", "region_code": "TX"}, ""),
        ({"region": "", "region_code": "FL"}, {"region": "Florida", "region_code": "FL"}, ""),
        ({"region": "Narnia"}, {"region": "", "region_code": ""}, "GM312"),
        ({"country": "RO", "region": "Cluj"}, {"region": ""}, "GM312"),
        ({"fax": "123"}, {"fax": ""}, "GM304"),
        ({"middlename": "Maria"}, {"firstname": "Ana Maria", "middlename": ""}, "GM310"),
        ({"street": ("1 Example Street\x0b",)}, {"street": ("1 Example Street",)}, "GM311"),
    ],
)
def test_what_is_changed_in_an_address_is_noted(
    before: dict[str, object], after: dict[str, object], code: str
) -> None:
    fitted = fit(at_home(**before))
    (address,) = fitted.customer.addresses
    assert {name: getattr(address, name) for name in after} == after
    assert [note.code for note in fitted.notes] == ([code] if code else [])


def test_a_first_name_that_takes_the_middle_name_in_keeps_no_control_character() -> None:
    fitted = fit(replace(ANA, firstname="Ana\x0b", middlename="Ma\x00ria"))
    assert fitted.customer.firstname == "Ana Maria"


def test_a_tax_number_serves_as_identification_number_where_one_is_demanded() -> None:
    fitted = fit(replace(at_home(country="ES", region=""), tax_id="12345678 Z"))
    assert fitted.customer.addresses[0].id_number == "12345678Z"
    assert [note.code for note in fitted.notes] == ["GM304", "GM315"]


def test_a_required_birthday_is_asked_for() -> None:
    rules = replace(RULES, customer={**RULES.customer, "birthday": FieldRule(required=True)})
    fitted = Fitting(rules).fit(ANA)
    assert [(note.code, note.field) for note in fitted.misfits] == [("GM301", "birthday")]


def test_without_addresses_none_is_taken_along() -> None:
    fitted = Fitting(RULES, addresses=False).fit(at_home(country="XK"))
    assert (fitted.customer.addresses, fitted.misfits) == ((), ())


@pytest.mark.parametrize(
    ("lastname", "expected"),
    [
        ("R2D2", "R D"),
        ("Ann/Bob", "Ann Bob"),
        ("Dr.Who", "Dr. Who"),
        ("  Long " * 6, "Long Long Long Long"),
    ],
)
def test_names_can_be_cleaned_on_request_and_that_is_noted(lastname: str, expected: str) -> None:
    fitted = Fitting(RULES, misfits="clean").fit(replace(ANA, lastname=lastname))
    assert fitted.customer.lastname == expected
    assert ([note.code for note in fitted.notes], fitted.misfits) == (["GM317"], ())


def test_what_cleaning_cannot_mend_still_blocks_or_is_left_out() -> None:
    fitted = Fitting(RULES, misfits="clean").fit(replace(at_home(phone="CALL ME"), lastname="42"))
    assert [(note.code, note.field) for note in fitted.misfits] == [("GM302", "lastname")]
    assert [(note.code, note.field) for note in fitted.notes] == [("GM305", "address.phone")]
    assert fitted.customer.addresses[0].phone == ""


TEXT = st.text(max_size=30)


@given(
    first=TEXT,
    last=TEXT,
    company=TEXT,
    city=TEXT,
    phone=TEXT,
    street=st.lists(TEXT, max_size=4),
    birthday=TEXT,
    country=st.sampled_from(["US", "RO", "ES", "XK", ""]),
)
def test_whatever_was_made_to_fit_fits_without_another_word(
    first: str,
    last: str,
    company: str,
    city: str,
    phone: str,
    street: list[str],
    birthday: str,
    country: str,
) -> None:
    address = Address(first, last, street=tuple(street), city=city, country=country, phone=phone)
    customer = Customer(
        "1", "ana@example.com", firstname=first, lastname=last, company=company, birthday=birthday,
        addresses=(address,),
    )  # fmt: skip
    fitted = fit(customer, leave_out=True)
    again = fit(fitted.customer, leave_out=True)
    assert again.customer == fitted.customer
    assert {note.field for note in again.misfits} <= {"firstname", "lastname"}
    assert again.misfits == fitted.misfits
    assert again.notes == ()


# --- a target with few places ------------------------------------------------------------------------------

HOMES = tuple(Address(city=f"City {number}", street=("S",)) for number in range(4))
FEW = Rules(most_addresses=2, billing_bears_name=True)


def test_default_addresses_are_kept_before_others() -> None:
    homes = (*HOMES[:2], replace(HOMES[2], default_shipping=True), replace(HOMES[3], default_billing=True))
    fit = Fitting(FEW).fit(Customer("1", "a@example.com", addresses=homes))
    assert [home.city for home in fit.customer.addresses] == ["City 2", "City 3"]
    assert [(note.code, note.field) for note in fit.notes] == [("GM326", "address 1"), ("GM326", "address 2")]


def test_without_defaults_the_first_addresses_are_kept() -> None:
    fit = Fitting(FEW).fit(Customer("1", "a@example.com", addresses=HOMES))
    assert [home.city for home in fit.customer.addresses] == ["City 0", "City 1"]
    assert Fitting(Rules()).fit(Customer("1", "a@example.com", addresses=HOMES)).customer.addresses == HOMES


def test_the_billing_address_bears_the_customers_name_and_the_loss_is_told() -> None:
    home = Address(firstname="Office", company="ACME", city="X", default_billing=True)
    ana = Customer("1", "a@example.com", firstname="Ana", lastname="Pop", addresses=(HOMES[0], home))
    fit = Fitting(FEW).fit(ana)
    assert (fit.customer.firstname, fit.customer.lastname, fit.customer.company) == ("Ana", "Pop", "ACME")
    billing = fit.customer.addresses[1]
    assert (billing.firstname, billing.lastname, billing.company) == ("Ana", "Pop", "ACME")
    assert fit.customer.addresses[0] == HOMES[0]
    assert [(note.code, note.field) for note in fit.notes] == [("GM304", "address.name")]


def test_a_billing_address_with_the_customers_name_loses_nothing() -> None:
    home = Address(firstname="Ana", city="X")
    fit = Fitting(FEW).fit(Customer("1", "a@example.com", firstname="Ana", addresses=(home,)))
    assert fit.notes == ()
    assert fit.customer.addresses == (home,)


def test_what_no_customer_of_the_target_can_have_is_left_out_and_told() -> None:
    rules = Rules(never=("created", "birthday", "language", "newsletter", "addresses"))
    ana = Customer(
        "1",
        "a@example.com",
        birthday="1980-02-29",
        language="ro",
        newsletter=True,
        created="2015-05-05 05:05:05",
        addresses=HOMES[:1],
    )
    fit = Fitting(rules).fit(ana)
    assert fit.customer == Customer("1", "a@example.com")
    assert {(note.code, note.field) for note in fit.notes} == {("GM304", name) for name in rules.never}
    assert Fitting(rules).fit(fit.customer).notes == ()


def test_where_regions_are_plain_text_a_code_is_kept_as_the_text() -> None:
    home = Address(city="Austin", region_code="TX")
    fit = Fitting(Rules()).fit(Customer("1", "a@example.com", addresses=(home,)))
    assert fit.customer.addresses[0].region == "TX"


NARROW = Rules(
    never=("active", "address.mobile"),
    countries={"GB": CountryRule(), "US": CountryRule(regions={"TX": "Texas"}, needs_postcode=True)},
    free_regions=True,
)


def test_an_account_that_is_not_active_does_not_fit_a_target_of_active_accounts() -> None:
    inactive = Customer("1", "ana@example.com", active=False)
    (misfit,) = Fitting(NARROW).fit(inactive).misfits
    assert (misfit.code, misfit.field) == ("GM321", "active")
    left = Fitting(NARROW, misfits="leave_out").fit(inactive)
    assert (left.misfits, left.customer.active) == ((), None)
    assert [note.code for note in left.notes] == ["GM321"]
    assert Fitting(RULES).fit(replace(ANA, active=False)).customer.active is False


def test_a_mobile_number_is_the_phone_where_there_is_no_other() -> None:
    home = Address(country="GB", mobile="07700 900123")
    fitted = Fitting(NARROW).fit(Customer("1", "ana@example.com", addresses=(home,)))
    assert fitted.customer.addresses[0].phone == "07700 900123"
    assert [note.code for note in fitted.notes] == ["GM320"]
    both = replace(home, phone="020 7946 0000")
    fitted = Fitting(NARROW).fit(Customer("1", "ana@example.com", addresses=(both,)))
    assert (fitted.customer.addresses[0].phone, fitted.customer.addresses[0].mobile) == ("020 7946 0000", "")
    assert [note.code for note in fitted.notes] == ["GM304"]


def test_a_region_that_is_not_listed_is_kept_where_the_target_takes_any() -> None:
    home = Address(country="GB", region="Kent", region_code="KEN")
    fitted = Fitting(NARROW).fit(Customer("1", "ana@example.com", addresses=(home,)))
    assert (fitted.customer.addresses[0].region, fitted.customer.addresses[0].region_code) == ("Kent", "")
    assert fitted.notes == ()


def test_a_country_may_demand_a_post_code() -> None:
    homes = (Address(country="GB"), Address(country="US"))
    (misfit,) = Fitting(NARROW).fit(Customer("1", "ana@example.com", addresses=homes)).misfits
    assert (misfit.code, misfit.field) == ("GM301", "address 2: postcode")


@pytest.mark.parametrize(("name", "code"), [("R&D GmbH", ""), ("R&D & Co", "GM303"), ("ABCDEFGHIJKL", "")])
def test_a_length_counts_the_places_that_a_character_takes_in_the_target(name: str, code: str) -> None:
    rules = Rules(customer={"company": FieldRule(max_length=12, takes={"&": 5})})
    fit = Fitting(rules).fit(Customer("1", "a@example.com", company=name))
    assert [note.code for note in fit.misfits] == ([code] if code else [])


def test_a_text_is_cleaned_to_the_places_that_there_are() -> None:
    rule = FieldRule(max_length=12, takes={"&": 5}, cleans=(("#", " "),))
    fit = Fitting(Rules(customer={"company": rule}), misfits="clean").fit(
        Customer("1", "a@example.com", company="R&D & Sons # Co")
    )
    assert fit.customer.company == "R&D"
    assert [note.code for note in fit.notes] == ["GM317"]


@pytest.mark.parametrize(
    ("homes", "phone", "codes"),
    [
        ([{"phone": "1"}, {"phone": "2", "default_billing": True}], "2", ["GM322"]),
        ([{}, {"phone": "1"}, {"phone": "1"}], "1", []),
        ([{"mobile": "7"}], "7", []),
        ([{"phone": "1", "mobile": "7"}], "1", ["GM322"]),
        ([{}], "", []),
        ([], "", []),
    ],
)
def test_where_a_customer_has_one_telephone_all_addresses_bear_it_and_a_loss_is_told(
    homes: list[dict[str, object]], phone: str, codes: list[str]
) -> None:
    addresses = tuple(replace(HOME, **changes) for changes in homes)
    fit = Fitting(Rules(one_phone=True)).fit(Customer("1", "a@example.com", addresses=addresses))
    assert [(one.phone, one.mobile) for one in fit.customer.addresses] == [(phone, "")] * len(homes)
    assert [note.code for note in fit.notes] == codes


def test_a_region_is_found_by_its_name_without_accents() -> None:
    rules = Rules(countries={"RO": CountryRule(regions={"B": "Bucuresti"})})
    home = Address(city="X", country="RO", region="București")
    fit = Fitting(rules).fit(Customer("1", "a@example.com", addresses=(home,)))
    assert (fit.customer.addresses[0].region, fit.notes) == ("Bucuresti", ())


def test_the_name_of_a_region_counts_before_its_code_which_shops_make_up() -> None:
    rules = Rules(countries={"DE": CountryRule(regions={"SAC": "Sachsen", "SAS": "Saarland"})})
    home = Address(city="X", country="DE", region="Sachsen", region_code="SAS")
    fit = Fitting(rules).fit(Customer("1", "a@example.com", addresses=(home,)))
    assert (fit.customer.addresses[0].region, fit.customer.addresses[0].region_code) == ("Sachsen", "SAC")
