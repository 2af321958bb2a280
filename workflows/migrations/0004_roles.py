from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_roles"), ("workflows", "0003_money_gate")]

    operations = []
