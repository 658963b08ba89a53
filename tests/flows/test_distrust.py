"""What strangers send is shown for what it is: doubtful senders, programs, names that would ping."""

from email.message import EmailMessage

from tests.fakes.house import House
from tests.fakes.looking import NOW, mails_in
from tests.fakes.writing import mail

OURS = "Authentication-Results"


def with_file(name: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Eve <eve@x.example>", "contact@asso.example", "Facture"
    message["Message-ID"] = "<f1@x.example>"
    message.set_content("Voici.\n")
    message.add_attachment(b"MZ", maintype="application", subtype="x-msdownload", filename=name)
    return message.as_bytes()


async def test_a_later_mail_whose_sender_is_proven_less_says_so(house: House) -> None:
    good, none = ((OURS, "mx.asso.example; dmarc=pass"),), ((OURS, "mx.asso.example; spf=none"),)
    house.provider.deliver(mail(id="a1@bank.example", sender="Bank <info@bank.example>", headers=good))
    await house.settle(NOW)
    for number, headers in ((2, good), (3, none)):
        house.provider.deliver(
            mail(id=f"a{number}@bank.example", sender="Bank <info@bank.example>", reply_to="a1@bank.example",
                 text=f"Words {number}\n", headers=headers)
        )  # fmt: skip
        await house.settle(NOW)
    second, third = (str(event.content["body"]) for event in mails_in(house)[-2:])
    assert "⚠" not in second
    assert "⚠" in third


async def test_a_program_is_posted_under_a_name_that_does_not_start_it_and_said_to_be_one(house: House) -> None:
    house.provider.deliver(with_file("facture.pdf.exe"))
    await house.settle(NOW)
    posted = house.homeserver.current(house.homeserver.of_kind("attachment")[-1].event)
    assert posted["filename"] == "facture.pdf.exe.unsafe"
    assert posted["msgtype"] == "m.file"
    assert "octet-stream" in str(posted["info"])
    assert "facture.pdf.exe (2" in str(mails_in(house)[-1].content["body"])
    assert "programme" in str(mails_in(house)[-1].content["body"]) or "program" in str(mails_in(house)[-1].content)


async def test_names_of_files_and_senders_are_inert(house: House) -> None:
    house.provider.deliver(with_file("@room @bob:localhost.pdf"))
    house.provider.deliver(mail(id="n1@x.example", sender='"@room @bob:localhost" <eve@x.example>', text="Hi\n"))
    await house.settle(NOW)
    kinds = ("attachment", "mail", "conversation")
    shown = str([event.content for kind in kinds for event in house.homeserver.of_kind(kind)])
    assert "@room" not in shown
    assert "@bob:localhost" not in shown
